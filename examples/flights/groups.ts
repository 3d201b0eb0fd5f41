// Sums per group in one private table: what the plain loop adds up from beginning to end, and what
// every group in the map is compared with.

import { GroupTree } from './group-tree.js';
import type { Leaf } from './group-tree.js';
import { addRow, addValue, emptySums } from './sums.js';
import type { Sums } from './sums.js';
import type { Column } from './source/source.js';

/** The columns of a run of rows, split by their part in the job. */
export interface Rows {
  readonly by: readonly Column[];
  readonly measures: readonly Column[];
}

/** Sums per group, found by the texts that name the group. */
export class Groups {
  private readonly tree = new GroupTree<Sums>();
  private count = 0;

  constructor(private readonly measures: number) {}

  /** How many groups there are. */
  get size(): number {
    return this.count;
  }

  /** Adds rows `from` (inclusive) to `to` (exclusive). O(rows * (key columns + measures)). */
  addRows(rows: Rows, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const sums = this.sumsAt(this.tree.leafOfRow(rows.by, row));
      addRow(sums);
      for (let m = 0; m < rows.measures.length; m++) addValue(sums, m, rows.measures[m][row]);
    }
  }

  /** The sums of a group, or undefined when no row belonged to it. */
  get(group: readonly string[]): Sums | undefined {
    return this.tree.get(group);
  }

  /** All groups, each once, in no particular order. */
  entries(): Generator<[group: string[], sums: Sums]> {
    return this.tree.entries();
  }

  private sumsAt(leaf: Leaf<Sums>): Sums {
    if (leaf.value === undefined) {
      leaf.value = emptySums(this.measures);
      this.count += 1;
    }
    return leaf.value;
  }
}
