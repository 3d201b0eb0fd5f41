// A source: claims a task, decodes it, and writes its rows into the stream. Its replacement goes on
// in the same lane behind the last row that was published: none is lost, none comes twice.

import { Catalog } from './catalog.js';
import { KeyTable } from './division.js';
import { serve } from './duty.js';
import type { Job } from './job.js';
import { columnsOf, splitColumns } from './job.js';
import { rehearse } from './moving/rehearsal.js';
import { Outlet } from './outlet.js';
import { packRows, rowBytesOf } from './packing.js';
import type { PackedRows } from './packing.js';
import type { Clock } from './progress.js';
import { openSource } from './source/open.js';
import type { Task } from './source/source.js';
import { claimTask, finishTask } from './tasks.js';

await serve('source', async (duty) => {
  const { start, store, stream } = duty;
  const catalog = new Catalog(store);
  catalog.refresh();
  const table = new KeyTable(start.division, stream, catalog);
  table.refresh();
  rehearse(duty, catalog, { take: (batch) => batch.commit(), rest: () => undefined });
  const load = await loaderOf(start.job, start.packed, catalog);
  return async (lane, clock) => {
    const outlet = new Outlet(stream, table, start.division, lane);
    for (;;) {
      const task = claimTask(store, start.stream, lane, outlet.tails());
      if (task === undefined) return;
      const rows = await load(task, clock);
      table.refresh();
      const skip = outlet.publishedSince(task.tails);
      clock.run('move', () => outlet.publish(rows, skip, duty.countRows));
      duty.killSwitch.stepEnded();
      await outlet.flush();
      finishTask(store, start.stream, task);
    }
  };
});

type Load = (task: Task, clock: Clock) => Promise<PackedRows>;

/** Where the rows of a task come from: shared memory, if they lie there, or the file. */
async function loaderOf(
  job: Job,
  packed: PackedRows | undefined,
  catalog: Catalog,
): Promise<Load> {
  const words = rowBytesOf(job) / Int32Array.BYTES_PER_ELEMENT;
  if (packed !== undefined) {
    return async ({ start, rows }) => packed.subarray(start * words, (start + rows) * words);
  }
  const source = await openSource(job.path);
  return async (task, clock) => {
    const columns = await clock.wait('decode', source.decode(task, columnsOf(job)));
    return clock.run('move', () => {
      const { by, measures } = splitColumns(job, columns);
      const rows: PackedRows = new Int32Array(task.rows * words);
      packRows(job, measures, catalog.numberRows(by, task.rows), rows);
      return rows;
    });
  };
}
