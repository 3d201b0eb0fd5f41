// The one transaction of a consumer: the sums of some batches' groups, and the offset behind their
// rows. They go into the store together or not at all, whatever instruction the worker dies at.

import type { Key, Transactor } from './entries.js';
import { addSums } from './sums.js';
import type { Sums } from './sums.js';

/** What was added up, and what commits it. */
export interface Addition {
  /** The last batch of a partition whose rows were added up: its transaction commits the offset. */
  readonly batch: Transactor;
  readonly touched: readonly number[];
  sumsOf(group: number): Sums;
}

/**
 * Adds rows to the map. O(groups).
 *
 * The callback may run more than once, so it changes nothing but the transaction.
 *
 * @param keyOf the key of a group's sums
 * @param reached told the share of the groups written, from 0 to 1, as it grows
 */
export function merge(
  { batch, touched, sumsOf }: Addition,
  keyOf: (group: number) => Key,
  reached: (share: number) => void,
): void {
  // Keys are looked up before, because reads inside of a transaction are part of it.
  const groups = touched.map((group) => ({ key: keyOf(group), sums: sumsOf(group) }));
  batch.transaction((tx) => {
    groups.forEach(({ key, sums }, at) => {
      const before = tx.get(key);
      tx.put(key, before === undefined ? sums : addSums(before, sums));
      reached((at + 1) / groups.length);
    });
  });
}
