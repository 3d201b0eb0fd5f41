/**
 * Values of which can be told whether they are whole: every byte follows from key and number.
 */

/** Bytes at the start that hold the key and the number. */
const HEADER = 8;

/** Fills a value of at least 8 bytes. */
export function fill(value: Uint8Array, key: number, number: number): void {
  new DataView(value.buffer, value.byteOffset).setUint32(0, key);
  new DataView(value.buffer, value.byteOffset).setUint32(4, number);
  value.fill((key + number) & 0xff, HEADER);
}

/** Whether the value was written for this key, at once and whole. */
export function isWhole(value: Uint8Array, key: number, valueBytes: number): boolean {
  if (value.length !== valueBytes) return false;
  const expected = new Uint8Array(valueBytes);
  fill(expected, key, new DataView(value.buffer, value.byteOffset).getUint32(4));
  return Buffer.compare(expected, value) === 0;
}
