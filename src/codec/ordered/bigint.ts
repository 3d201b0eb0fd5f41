/**
 * Bigints in the 'ordered' format: the largest double not above, then the bits that it lacks.
 */
import { MillraceError } from '../../errors.js';
import { NUMBER_BYTES } from './format.js';
import { exponentOf, nextBelow, readDouble, writeNumber } from './number.js';

const LIMIT = BigInt(Number.MAX_VALUE);

/** Exponent bits + this = the place of the lowest of the four bits behind a double's last bit. */
const SPILL_BIAS = 1023 + 52 + 4;
const CONTINUED = 0x80;
const BITS_PER_BYTE = 7;

/** The longest bigint: 1024 bits, of which 53 stand in the double and 4 in its low nibble. */
export const MAX_BIGINT_BYTES = NUMBER_BYTES + Math.ceil((1024 - 53 - 4) / BITS_PER_BYTE);

const scratch = new Uint8Array(MAX_BIGINT_BYTES);

function doubleNotAbove(value: bigint): number {
  const nearest = Number(value);
  return BigInt(nearest) > value ? nextBelow(nearest) : nearest;
}

/**
 * Writes a bigint.
 * @returns The position behind it, which may be past the end of target.
 * @throws MillraceError ENCODING when its magnitude exceeds Number.MAX_VALUE.
 */
export function writeBigint(value: bigint, target: Uint8Array, start: number): number {
  if (value > LIMIT || value < -LIMIT) {
    throw new MillraceError('ENCODING', 'A bigint key must not exceed Number.MAX_VALUE.');
  }
  const floor = doubleNotAbove(value);
  let at = writeNumber(floor, target, start, true);
  let rest = value - BigInt(floor);
  if (rest === 0n) {
    target[at] = CONTINUED;
    return at + 1;
  }
  let place = BigInt(exponentOf(floor) - SPILL_BIAS);
  const spill = rest >> place;
  target[at - 1] |= Number(spill);
  rest -= spill << place;
  do {
    place -= BigInt(BITS_PER_BYTE);
    const bits = rest >> place;
    target[at++] = CONTINUED | Number(bits);
    rest -= bits << place;
  } while (rest !== 0n);
  return at;
}

/** The end of the bytes with the top bit set that start at `at`. */
export function endOfBigint(source: Uint8Array, at: number, end: number): number {
  while (at < end && source[at] >= CONTINUED) at += 1;
  return at;
}

/**
 * Reads the bigint in source[start .. end).
 * @throws MillraceError ENCODING unless writeBigint writes exactly these bytes.
 */
export function readBigint(source: Uint8Array, start: number, end: number): bigint {
  const floor = readDouble(source, start, NUMBER_BYTES);
  if (end - start > MAX_BIGINT_BYTES || !Number.isInteger(floor)) throw notABigint();
  let place = BigInt(exponentOf(floor) - SPILL_BIAS);
  let value = BigInt(floor) + shifted(source[start + NUMBER_BYTES - 1] & 0xf, place);
  for (let at = start + NUMBER_BYTES; at < end; at++) {
    place -= BigInt(BITS_PER_BYTE);
    value += shifted(source[at] & (CONTINUED - 1), place);
  }
  // Bits below 1, zero bytes at the end, a double that is not the nearest: written differently.
  if (value > LIMIT || writeBigint(value, scratch, 0) !== end - start) throw notABigint();
  for (let i = start; i < end; i++) if (source[i] !== scratch[i - start]) throw notABigint();
  return value;
}

const shifted = (bits: number, place: bigint): bigint => (bits === 0 ? 0n : BigInt(bits) << place);

const notABigint = (): MillraceError =>
  new MillraceError('ENCODING', 'The bytes are not a bigint of an ordered key.');
