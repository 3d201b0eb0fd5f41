/**
 * Numbers in the 'ordered' format: the bits of the double, shifted right by one nibble.
 * Neither direction allocates.
 */
import { MillraceError } from '../../errors.js';
import { FIRST_POSITIVE, NUMBER_BYTES } from './format.js';

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const LOW = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/**
 * Writes a number; with whole, always all 9 bytes (inside arrays, and for bigints).
 * @returns The position behind it, which may be past the end of target.
 * @throws MillraceError ENCODING for NaN.
 */
export function writeNumber(
  value: number, target: Uint8Array, at: number, whole: boolean,
): number {
  if (Number.isNaN(value)) throw new MillraceError('ENCODING', 'NaN has no place in the order.');
  double[0] = value === 0 ? 0 : value; // -0 becomes 0
  let high = words[HIGH];
  let low = words[LOW];
  const negative = high < 0;
  if (negative) {
    high ^= 0x7fffffff;
    low = ~low;
  }
  target[at] = (negative ? 0 : FIRST_POSITIVE) | (high >>> 28);
  target[at + 1] = high >>> 20;
  target[at + 2] = high >>> 12;
  target[at + 3] = high >>> 4;
  const keepAll = whole || negative;
  if (!keepAll && low === 0 && (high & 0xf) === 0) return at + 4;
  target[at + 4] = (high << 4) | (low >>> 28);
  target[at + 5] = low >>> 20;
  if (!keepAll && (low & 0xfffff) === 0) return at + 6;
  target[at + 6] = low >>> 12;
  target[at + 7] = low >>> 4;
  if (!keepAll && (low & 0xf) === 0) return at + 8;
  target[at + 8] = low << 4;
  return at + NUMBER_BYTES;
}

/** How many bytes the number that was read or written last takes outside arrays. */
function trimmedLength(): number {
  const high = words[HIGH];
  const low = words[LOW];
  if (high < 0 || (low & 0xf) !== 0) return NUMBER_BYTES;
  if ((low & 0xfffff) !== 0) return 8;
  return low !== 0 || (high & 0xf) !== 0 ? 6 : 4;
}

/** Reads the double in up to 9 bytes; missing bytes are zero. */
export function readDouble(source: Uint8Array, at: number, length: number): number {
  const byte = (i: number): number => (i < length ? source[at + i] : 0);
  let high = (byte(0) << 28) | (byte(1) << 20) | (byte(2) << 12) | (byte(3) << 4) | (byte(4) >> 4);
  let low = (byte(4) << 28) | (byte(5) << 20) | (byte(6) << 12) | (byte(7) << 4) | (byte(8) >> 4);
  if (high < 0) {
    high ^= 0x7fffffff;
    low = ~low;
  }
  words[HIGH] = high;
  words[LOW] = low;
  return double[0];
}

/**
 * Reads the number in source[at .. at + length).
 * @throws MillraceError ENCODING unless writeNumber writes exactly these bytes.
 */
export function readNumber(
  source: Uint8Array, at: number, length: number, whole: boolean,
): number {
  const value = readDouble(source, at, length);
  const expected = whole ? NUMBER_BYTES : trimmedLength();
  const spill = length === NUMBER_BYTES ? source[at + 8] & 0xf : 0;
  if (length !== expected || spill !== 0 || Number.isNaN(value) || Object.is(value, -0)) {
    throw new MillraceError('ENCODING', 'The bytes are not a number of an ordered key.');
  }
  return value;
}

/** The next double below a finite one that is not zero. */
export function nextBelow(value: number): number {
  double[0] = value;
  const step = words[HIGH] < 0 ? 1 : -1;
  const low = words[LOW] + step;
  words[LOW] = low;
  // A carry or borrow reaches the high word when the low word wrapped around.
  if ((step < 0 && words[LOW] === -1) || (step > 0 && words[LOW] === 0)) words[HIGH] += step;
  return double[0];
}

/** The eleven exponent bits of a double. */
export function exponentOf(value: number): number {
  double[0] = value;
  return (words[HIGH] >>> 20) & 0x7ff;
}
