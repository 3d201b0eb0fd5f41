/**
 * The order of the map: bytes as unsigned numbers, a prefix before its extensions.
 */

/** Negative, zero or positive. O(common bytes). */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return a.length - b.length;
}
