/** Counts as values of the map. */

/** 0 when there is none. */
export function countOf(value: Uint8Array | undefined): number {
  return value === undefined ? 0 : new DataView(value.buffer, value.byteOffset).getUint32(0);
}

export function encodeCount(count: number): Uint8Array {
  const value = new Uint8Array(4);
  new DataView(value.buffer).setUint32(0, count);
  return value;
}
