/**
 * Messages that can be recognised: who sent them, as which one, and bytes that follow from both.
 */

/** Bytes of a message in a stream of rows. */
export const ROW_BYTES = 16;

const LENGTH_LEAST = 12;
const LENGTHS = 190;

/** Length of a message: of rows always the same. */
function lengthOf(sequence: number, isRow: boolean): number {
  return isRow ? ROW_BYTES : LENGTH_LEAST + (sequence * 37) % LENGTHS;
}

const fillOf = (producer: number, sequence: number): number =>
  (Math.imul(producer, 31) + sequence) & 0xff;

/** A message as bytes. */
export function messageOf(producer: number, sequence: number, isRow: boolean): Uint8Array {
  const bytes = new Uint8Array(lengthOf(sequence, isRow)).fill(fillOf(producer, sequence));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, producer, true);
  view.setUint32(4, sequence, true);
  return bytes;
}

/** @throws Error unless these are the bytes of that very message. */
export function checkMessage(bytes: Uint8Array, producer: number, sequence: number): void {
  const isRow = bytes.length === ROW_BYTES;
  const fill = fillOf(producer, sequence);
  const isRight = (isRow || bytes.length === lengthOf(sequence, false)) &&
    bytes.subarray(8).every((byte) => byte === fill);
  if (!isRight) throw new Error(`torn message ${sequence} of producer ${producer}: ${bytes}`);
}
