// A consumer: takes batches of rows from the stream and passes them on to its intake, which adds
// them up and merges them into the map.

import { Catalog, keysOf } from './catalog.js';
import { serve } from './duty.js';
import type { Duty } from './duty.js';
import { Intake } from './intake.js';
import { REHEARSAL, rehearse } from './moving/rehearsal.js';
import { GROUP } from './protocol.js';
import { areTasksFinished } from './tasks.js';

// Without a batch for so long a consumer looks whether more are to come.
const PATIENCE_MS = 5;
// The same while rows are pending.
const HASTE_MS = 1;
// Part of a partition's capacity that may be pending.
const PENDING_PART = 4;
// Rows that may be pending in a rehearsal.
const REHEARSED = 4000;

await serve('consumer', async (duty) => {
  const { start, store, stream, killSwitch } = duty;
  const catalog = new Catalog(store);
  catalog.refresh();
  rehearseIntake(duty, catalog);
  return async (_, clock) => {
    using consumer = stream.subscribe({ group: GROUP, autoCommit: false });
    const intake = new Intake({
      job: start.job,
      lanes: start.division.lanes,
      most: stream.capacity / stream.rowBytes / PENDING_PART,
      clock,
      keyOf: keysOf(catalog, start.kind),
      reached: (share) => killSwitch.mergeReached(share),
      merged: (rows) => {
        duty.countRows(rows);
        killSwitch.stepEnded();
      },
    });
    for (;;) {
      const batch = consumer.nextSync(intake.isEmpty ? PATIENCE_MS : HASTE_MS);
      if (batch !== undefined) intake.take(batch);
      else if (!intake.isEmpty) intake.rest();
      else if (areTasksFinished(store, start.stream) && stream.lag(GROUP) === 0) return;
    }
  };
});

function rehearseIntake(duty: Duty, catalog: Catalog): void {
  const { identity, job } = duty.start;
  rehearse(duty, catalog, new Intake({
    job,
    lanes: 1,
    most: REHEARSED,
    clock: { run: (_, fn) => fn() },
    keyOf: keysOf(catalog, REHEARSAL, identity),
    reached: () => undefined,
    merged: () => undefined,
  }));
}
