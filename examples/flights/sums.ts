// The sums of one group, as one run of numbers, because that is what a value of the map is here:
// the number of rows, then for each measure how many values it had, their sum, least and greatest.
// Means are left to the reader of the sums: integer sums below 2^53 are exact in any order.

/** Sums of a group: `1 + 4 * measures` numbers. */
export type Sums = number[];

/** The sums of one measure, unpacked. */
export interface MeasureSums {
  readonly values: number;
  readonly sum: number;
  readonly least: number;
  readonly greatest: number;
}

/** Numbers per measure: values, sum, least, greatest. */
export const PER_MEASURE = 4;
// Error of adding doubles one by one, as a share of what all values could add up to.
const ROUNDING = 1e-9;

/** The sums of no rows. */
export function emptySums(measures: number): Sums {
  const sums = [0];
  for (let m = 0; m < measures; m++) sums.push(0, 0, Infinity, -Infinity);
  return sums;
}

/** Counts one row. */
export function addRow(sums: Sums): void {
  sums[0] += 1;
}

/** Adds one value of a measure. What is no number (null, text, NaN) is left out. */
export function addValue(sums: Sums, measure: number, value: unknown): void {
  const number = toNumber(value);
  if (Number.isNaN(number)) return;
  const at = 1 + PER_MEASURE * measure;
  sums[at] += 1;
  sums[at + 1] += number;
  if (number < sums[at + 2]) sums[at + 2] = number;
  if (number > sums[at + 3]) sums[at + 3] = number;
}

/** The sums of the rows of both; neither argument is changed. */
export function addSums(left: Readonly<Sums>, right: Readonly<Sums>): Sums {
  const both = left.slice();
  both[0] = rowsOf(left) + rowsOf(right);
  for (let at = 1; at < both.length; at += PER_MEASURE) {
    both[at] = left[at] + right[at];
    both[at + 1] = left[at + 1] + right[at + 1];
    both[at + 2] = Math.min(left[at + 2], right[at + 2]);
    both[at + 3] = Math.max(left[at + 3], right[at + 3]);
  }
  return both;
}

/** Rows of the group. */
export function rowsOf(sums: Readonly<Sums>): number {
  return sums[0];
}

/** One measure of the group. */
export function measureOf(sums: Readonly<Sums>, measure: number): MeasureSums {
  const at = 1 + PER_MEASURE * measure;
  return {
    values: sums[at],
    sum: sums[at + 1],
    least: sums[at + 2],
    greatest: sums[at + 3],
  };
}

/**
 * Whether two sums say the same. Counts, extremes and integer sums must be equal; a sum of
 * fractions depends on the order of addition, so it may differ by rounding.
 */
export function sameSums(left: Readonly<Sums>, right: Readonly<Sums>): boolean {
  if (left.length !== right.length) return false;
  return left.every((value, at) => {
    const other = right[at];
    if (value === other) return true;
    const isSum = at % PER_MEASURE === 2;
    if (!isSum || (Number.isSafeInteger(value) && Number.isSafeInteger(other))) return false;
    const largest = Math.max(Math.abs(left[at + 1]), Math.abs(left[at + 2]));
    return Math.abs(value - other) <= ROUNDING * largest * left[at - 1];
  });
}

/** A value as a number; NaN for whatever is none. */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && value !== '' ? Number(value) : NaN;
}
