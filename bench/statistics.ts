// What all benches make of their samples.

/** The number that the share `part` of all is at most, between neighbours by proportion. */
export function quantileOf(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at % 1);
}

export function medianOf(numbers: readonly number[]): number {
  return quantileOf(numbers, 0.5);
}

/** A number with so many digits that say something. */
export function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** Interquartile range / median. */
export function spreadOf(numbers: readonly number[]): number {
  const range = quantileOf(numbers, 0.75) - quantileOf(numbers, 0.25);
  return rounded(range / medianOf(numbers), 2);
}
