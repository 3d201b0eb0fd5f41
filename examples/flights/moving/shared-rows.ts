// All rows of the job, decoded and packed in shared memory: where the second phase begins.

import type { Catalog } from '../catalog.js';
import type { Rows } from '../groups.js';
import type { Job } from '../job.js';
import { packRows, rowBytesOf } from '../packing.js';
import type { PackedRows } from '../packing.js';

/** Packs runs of rows one behind the other. */
export class SharedRows {
  /** Rows so far. */
  count = 0;
  private readonly words: number;
  private readonly runs: PackedRows[] = [];

  constructor(
    readonly job: Job,
    private readonly catalog: Catalog,
  ) {
    this.words = rowBytesOf(job) / Int32Array.BYTES_PER_ELEMENT;
  }

  /** Adds rows. O(rows). */
  add({ by, measures }: Rows, count: number): void {
    const run = new Int32Array(count * this.words);
    packRows(this.job, measures, this.catalog.numberRows(by, count), run);
    this.runs.push(run);
    this.count += count;
  }

  /** All rows in shared memory. O(rows). */
  toShared(): PackedRows {
    const bytes = this.count * this.words * Int32Array.BYTES_PER_ELEMENT;
    const packed = new Int32Array(new SharedArrayBuffer(bytes));
    let at = 0;
    for (const run of this.runs) {
      packed.set(run, at);
      at += run.length;
    }
    return packed;
  }
}
