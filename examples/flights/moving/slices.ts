// Cuts rows into one slice per source, the same for all ways of moving them.

/** A run of rows. */
export interface Slice {
  readonly start: number;
  readonly end: number;
  readonly rows: number;
}

/** So many slices of nearly equal size. */
export function slicesOf(rows: number, count: number): Slice[] {
  const bounds = Array.from({ length: count + 1 }, (_, i) => Math.floor((rows * i) / count));
  return bounds.slice(1).map((end, i) => ({ start: bounds[i], end, rows: end - bounds[i] }));
}
