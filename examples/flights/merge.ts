// The one transaction of the example: a batch's groups and the progress marker that covers its
// rows go into the map together or not at all, whatever instruction the worker dies at.

import { groupKey } from './entries.js';
import type { Transactor } from './entries.js';
import type { Groups } from './groups.js';
import type { Job } from './job.js';
import { addSums } from './sums.js';
import { markDone, rowsDone } from './tasks.js';
import type { ClaimedTask } from './tasks.js';

/** A run of rows of a task, added up privately. */
export interface Batch {
  readonly task: ClaimedTask;
  /** First row of the run, counted within the task. */
  readonly from: number;
  /** Row after the last. */
  readonly to: number;
  readonly groups: Groups;
}

/**
 * Adds a batch to the map, unless its rows are there already. O(groups of the batch).
 *
 * The callback may run more than once, so it changes nothing but the transaction.
 *
 * @param reached told the share of the groups written, from 0 to 1, as it grows
 * @returns false when the marker no longer stands at the batch's first row: nothing was written,
 *   and the caller must read the marker again
 */
export function mergeBatch(
  store: Transactor,
  job: Job,
  batch: Batch,
  reached: (share: number) => void,
): boolean {
  const { task, from, to, groups } = batch;
  return store.transaction((tx) => {
    if (rowsDone(tx, task) !== from) return false;
    let written = 0;
    for (const [group, sums] of groups.entries()) {
      const key = groupKey(job, group);
      const before = tx.get(key);
      tx.put(key, before === undefined ? sums : addSums(before, sums));
      written += 1;
      reached(written / groups.size);
    }
    markDone(tx, task, to);
    return true;
  });
}
