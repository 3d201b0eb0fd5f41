// The same job in one thread with one private table: what every group in the map is compared with.

import { Groups } from './groups.js';
import { columnsOf, splitColumns } from './job.js';
import type { Job } from './job.js';
import type { Source } from './source/source.js';

/** What the plain loop found, and how long it took. */
export interface PlainResult {
  readonly groups: Groups;
  readonly seconds: number;
  readonly decodeSeconds: number;
}

/** Counts the first `limit` rows of a file. */
export async function countPlainly(
  source: Source,
  job: Job,
  limit: number,
): Promise<PlainResult> {
  const started = performance.now();
  const groups = new Groups(job.measures.length);
  let decoding = 0;
  for (const task of await source.tasks(limit, 1)) {
    const before = performance.now();
    const columns = await source.decode(task, columnsOf(job));
    decoding += performance.now() - before;
    groups.addRows(splitColumns(job, columns), 0, task.rows);
  }
  const seconds = (performance.now() - started) / 1000;
  return { groups, seconds, decodeSeconds: decoding / 1000 };
}
