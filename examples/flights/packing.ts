// Rows as they travel: of one length each, so that they are written and read in place. A row is the
// number of its group, then its measures: int32 where all of them are whole, float64 otherwise.

import type { Job } from './job.js';
import type { Column } from './source/source.js';
import { toNumber } from './sums.js';

/** Rows one behind the other, as words. */
export type PackedRows = Int32Array<ArrayBufferLike>;
/** What says how rows are packed. */
export type Packing = Pick<Job, 'measures' | 'whole'>;

/** Stands for a missing measure in whole rows; in others it is NaN. */
export const MISSING = -(2 ** 31);

const WORD = Int32Array.BYTES_PER_ELEMENT;
const DOUBLE = Float64Array.BYTES_PER_ELEMENT;

/** Bytes of a row. */
export function rowBytesOf({ measures, whole }: Packing): number {
  return whole ? WORD + measures.length * WORD : DOUBLE + measures.length * DOUBLE;
}

/**
 * Packs rows. O(rows * measures).
 *
 * @param numbers the group's number of each row
 * @param into where to, from its start on: room for all rows
 */
export function packRows(
  packing: Packing,
  measures: readonly Column[],
  numbers: Uint32Array,
  into: PackedRows,
): void {
  const words = rowBytesOf(packing) / WORD;
  numbers.forEach((number, row) => {
    into[row * words] = number;
  });
  if (packing.whole) {
    measures.forEach((column, m) => {
      for (let row = 0, at = 1 + m; row < numbers.length; row++, at += words) {
        const value = toNumber(column[row]);
        into[at] = Number.isNaN(value) ? MISSING : value;
      }
    });
    return;
  }
  const doubles = new Float64Array(into.buffer, into.byteOffset, into.byteLength / DOUBLE);
  measures.forEach((column, m) => {
    const step = words * WORD / DOUBLE;
    for (let row = 0, at = 1 + m; row < numbers.length; row++, at += step) {
      doubles[at] = toNumber(column[row]);
    }
  });
}
