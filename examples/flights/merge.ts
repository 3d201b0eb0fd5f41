// The one transaction of a consumer: the sums of a batch's groups, and the offset behind its rows.
// They go into the store together or not at all, whatever instruction the worker dies at.

import type { Key, Transactor } from './entries.js';
import { addSums } from './sums.js';
import type { Tally } from './tally.js';

/**
 * Adds a batch to the map. O(groups of the batch).
 *
 * The callback may run more than once, so it changes nothing but the transaction.
 *
 * @param batch the batch whose rows were added up: its transaction commits its offset, too
 * @param keyOf the key of a group's sums
 * @param reached told the share of the groups written, from 0 to 1, as it grows
 */
export function mergeBatch(
  batch: Transactor,
  tally: Pick<Tally, 'touched' | 'sumsOf'>,
  keyOf: (group: number) => Key,
  reached: (share: number) => void,
): void {
  // Keys are looked up before, because reads inside of a transaction are part of it.
  const groups = tally.touched.map((group) => ({ key: keyOf(group), sums: tally.sumsOf(group) }));
  batch.transaction((tx) => {
    groups.forEach(({ key, sums }, at) => {
      const before = tx.get(key);
      tx.put(key, before === undefined ? sums : addSums(before, sums));
      reached((at + 1) / groups.length);
    });
  });
}
