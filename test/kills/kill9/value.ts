/**
 * Values of random sizes that tell whose they are and whether they are whole: the size and all
 * bytes follow from lane and number.
 */
import { Random } from '../random.js';

const HEADER = 8;
const BYTES_MAX = 2000;

function sizeOf(lane: number, number: number): number {
  return HEADER + new Random(lane, number).below(BYTES_MAX);
}

/** What the lane writes in its operation of that number. */
export function valueOf(lane: number, number: number): Uint8Array {
  const value = new Uint8Array(sizeOf(lane, number));
  value.fill((lane * 31 + number) & 0xff, HEADER);
  const view = new DataView(value.buffer);
  view.setUint32(0, lane);
  view.setUint32(4, number);
  return value;
}

/** The number of the operation that wrote the value; undefined: nobody did. */
export function numberIn(value: Uint8Array, lane: number): number | undefined {
  if (value.length < HEADER) return undefined;
  const number = new DataView(value.buffer, value.byteOffset).getUint32(4);
  return Buffer.compare(value, valueOf(lane, number)) === 0 ? number : undefined;
}
