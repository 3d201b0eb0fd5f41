// What a consumer adds up before it touches the map: sums of rows, in one flat array that is found
// by the group's number. Nothing is allocated per row, and nothing is hashed.

import { MISSING } from './packing.js';
import type { Packing } from './packing.js';
import { emptySums, PER_MEASURE } from './sums.js';
import type { Sums } from './sums.js';

/** Rows to add up: a batch of the stream, or any run of packed rows. Bounds are in bytes. */
export interface RowRun {
  readonly i32: Int32Array<ArrayBufferLike>;
  readonly f64: Float64Array<ArrayBufferLike>;
  readonly start: number;
  readonly end: number;
  readonly rowBytes: number;
}

/** Sums of some rows by the number of their group. */
export class Tally {
  private readonly measures: number;
  private readonly none: Sums;
  private sums: Float64Array;

  constructor(private readonly packing: Packing) {
    this.measures = packing.measures.length;
    this.none = emptySums(this.measures);
    this.sums = new Float64Array(0);
  }

  /** Adds rows. O(rows * measures). @param touched gets the groups that had none before */
  add(run: RowRun, touched: number[]): void {
    if (this.packing.whole) this.addWhole(run, touched);
    else this.addFractions(run, touched);
  }

  /** The sums of a group. */
  sumsOf(group: number): Sums {
    const sums: Sums = [];
    const end = (group + 1) * this.none.length;
    for (let at = group * this.none.length; at < end; at++) sums.push(this.sums[at]);
    return sums;
  }

  /** Forgets the rows of some groups, and the groups. O(groups). */
  clear(touched: number[]): void {
    for (const group of touched) this.sums.set(this.none, group * this.none.length);
    touched.length = 0;
  }

  private addWhole({ i32, start, end, rowBytes }: RowRun, touched: number[]): void {
    for (let row = start; row < end; row += rowBytes) {
      const at = row >> 2;
      const to = this.count(i32[at], touched);
      for (let m = 0; m < this.measures; m++) {
        const value = i32[at + 1 + m];
        if (value !== MISSING) this.addValue(to + PER_MEASURE * m, value);
      }
    }
  }

  private addFractions(
    { i32, f64, start, end, rowBytes }: RowRun, touched: number[],
  ): void {
    for (let row = start; row < end; row += rowBytes) {
      const to = this.count(i32[row >> 2], touched);
      for (let m = 0; m < this.measures; m++) {
        const value = f64[(row >> 3) + 1 + m];
        if (!Number.isNaN(value)) this.addValue(to + PER_MEASURE * m, value);
      }
    }
  }

  /** Counts a row of a group. Gives the place of its first measure. */
  private count(group: number, touched: number[]): number {
    const at = group * this.none.length;
    if (at >= this.sums.length) this.grow(group);
    if (this.sums[at] === 0) touched.push(group);
    this.sums[at] += 1;
    return at + 1;
  }

  private addValue(at: number, value: number): void {
    const { sums } = this;
    sums[at] += 1;
    sums[at + 1] += value;
    if (value < sums[at + 2]) sums[at + 2] = value;
    if (value > sums[at + 3]) sums[at + 3] = value;
  }

  private grow(group: number): void {
    const { none, sums: old } = this;
    this.sums = new Float64Array(none.length * 2 ** Math.ceil(Math.log2(group + 2)));
    for (let at = old.length; at < this.sums.length; at += none.length) this.sums.set(none, at);
    this.sums.set(old);
  }
}
