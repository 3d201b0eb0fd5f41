// The same job in one thread with one private table: what every group in the map is compared with.

import { Groups } from './groups.js';
import type { Rows } from './groups.js';
import { columnsOf, splitColumns } from './job.js';
import type { Job } from './job.js';
import type { Source } from './source/source.js';

/** What the plain loop found, and how long it took. */
export interface PlainResult {
  readonly groups: Groups;
  readonly rows: number;
  readonly seconds: number;
  readonly decodeSeconds: number;
}

/**
 * Counts the first `limit` rows of a file.
 *
 * @param seen gets each run of decoded rows; its time does not count
 */
export async function countPlainly(
  source: Source,
  job: Job,
  limit: number,
  seen: (rows: Rows, count: number) => void,
): Promise<PlainResult> {
  const groups = new Groups(job.measures.length);
  let counted = 0;
  let decoding = 0;
  let adding = 0;
  for (const task of await source.tasks(limit, 1)) {
    const before = performance.now();
    const columns = await source.decode(task, columnsOf(job));
    const decoded = performance.now();
    const rows = splitColumns(job, columns);
    groups.addRows(rows, 0, task.rows);
    adding += performance.now() - decoded;
    decoding += decoded - before;
    counted += task.rows;
    seen(rows, task.rows);
  }
  const seconds = (decoding + adding) / 1000;
  return { groups, rows: counted, seconds, decodeSeconds: decoding / 1000 };
}
