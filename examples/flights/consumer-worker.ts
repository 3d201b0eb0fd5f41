// A consumer: takes batches of rows from the stream, adds each up in private memory, and merges it
// into the map in one transaction with the offset behind it: every row counts exactly once.

import { MillraceError } from 'millrace';
import { Catalog, keysOf } from './catalog.js';
import { KeyTable } from './division.js';
import { serve } from './duty.js';
import type { Duty } from './duty.js';
import type { FlightBatch, Key } from './entries.js';
import { mergeBatch } from './merge.js';
import { REHEARSAL, rehearse } from './moving/rehearsal.js';
import { GROUP } from './protocol.js';
import { areTasksFinished } from './tasks.js';
import { Tally } from './tally.js';

// Without a batch for so long a consumer looks whether more are to come.
const PATIENCE_MS = 5;

await serve('consumer', async (duty) => {
  const { start, store, stream } = duty;
  const tally = new Tally(start.job);
  const catalog = new Catalog(store);
  catalog.refresh();
  const keyOf = keysOf(catalog, start.kind);
  if (start.packed !== undefined) {
    const table = new KeyTable(start.division, stream, catalog);
    table.refresh();
    const rehearsalKey = keysOf(catalog, REHEARSAL, start.identity);
    rehearse(duty, start.packed, table, (batch) => {
      tally.add(batch);
      mergeBatch(batch, tally, rehearsalKey, () => undefined);
      tally.clear();
    });
  }
  return async (_, clock) => {
    using consumer = stream.subscribe({ group: GROUP });
    for (;;) {
      const batch = consumer.nextSync(PATIENCE_MS);
      if (batch !== undefined) {
        clock.run('aggregate', () => tally.add(batch));
        clock.run('move', () => merge(duty, batch, tally, keyOf));
        tally.clear();
        duty.killSwitch.stepEnded();
      } else if (areTasksFinished(store, start.stream) && stream.lag(GROUP) === 0) {
        return;
      }
    }
  };
});

function merge(
  duty: Duty, batch: FlightBatch, tally: Tally, keyOf: (group: number) => Key,
): void {
  const { count } = batch;
  try {
    mergeBatch(batch, tally, keyOf, (share) => duty.killSwitch.mergeReached(share));
    duty.countRows(count);
  } catch (error) {
    // The partition went to another consumer meanwhile, and these rows with it.
    if (!(error instanceof MillraceError) || error.code !== 'LEASE_LOST') throw error;
  }
}
