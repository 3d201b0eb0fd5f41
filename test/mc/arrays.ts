// Growing typed arrays and the two 32-bit finalisers that all hashes of the checker share.

/** A copy of twice the length. */
export function grow(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Finaliser of MurmurHash3. */
export function mixLow(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A second finaliser with other constants, so that the halves of a 64-bit hash are independent. */
export function mixHigh(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return h ^ (h >>> 15);
}
