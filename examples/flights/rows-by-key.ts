// Rows in the order of their keys, so that those of a key are written in one go: what is done for
// each key touches memory that is far apart, and for each row that would cost more than its copy.

import type { KeyTable } from './division.js';
import type { PackedRows } from './packing.js';

/** A stable counting sort of a few thousand rows. */
export class RowsByKey {
  /** Places of the rows, in words: those of a key from bounds[key] to bounds[key + 1]. */
  readonly order: Int32Array;
  readonly bounds: Int32Array;
  private readonly next: Int32Array;

  constructor(
    private readonly table: Pick<KeyTable, 'keys'>,
    private readonly keys: number,
    most: number,
    private readonly words: number,
  ) {
    this.order = new Int32Array(most);
    this.bounds = new Int32Array(keys + 1);
    this.next = new Int32Array(keys);
  }

  /** Sorts the rows between two words. O(rows + keys). */
  sort(packed: PackedRows, start: number, end: number): void {
    const { order, bounds, next, words, table: { keys } } = this;
    next.fill(0);
    for (let at = start; at < end; at += words) next[keys[packed[at]]] += 1;
    for (let key = 0; key < this.keys; key++) {
      bounds[key + 1] = bounds[key] + next[key];
      next[key] = bounds[key];
    }
    for (let at = start; at < end; at += words) order[next[keys[packed[at]]]++] = at;
  }
}
