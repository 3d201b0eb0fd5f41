/**
 * The 'ordered' key codec: the format of format.ts, put together.
 */
import { MillraceError } from '../../errors.js';
import { nameOf, successor } from '../bytes.js';
import type { ByteRange, Key, KeyCodec, KeyScalar } from '../key.js';
import { endOfBigint, MAX_BIGINT_BYTES, readBigint, writeBigint } from './bigint.js';
import * as format from './format.js';
import { readNumber, writeNumber } from './number.js';
import { endOfEscaped, readBytes, readText, writeBytes, writeText } from './text.js';

const isArray: (key: Key) => key is readonly KeyScalar[] = Array.isArray;

/** Strings, numbers, bigints, booleans, null, Uint8Array, and flat arrays of those. */
export const orderedKeys: KeyCodec<Key> = { encode, decode, prefixRange };

function encode(key: Key, target: Uint8Array, offset: number): number {
  // Stores past the end of a typed array do nothing, so the writers need not look for it: one
  // comparison at the end tells. A text that is hopelessly long is refused before it is read.
  if ((typeof key === 'string' || key instanceof Uint8Array) && key.length > target.length) {
    throw new MillraceError('KEY_TOO_LARGE');
  }
  const end = isArray(key)
    ? writeArray(key, target, offset)
    : writeScalar(key, target, offset, false);
  if (end > target.length) throw new MillraceError('KEY_TOO_LARGE');
  return end - offset;
}

function writeScalar(key: KeyScalar, target: Uint8Array, at: number, inArray: boolean): number {
  switch (typeof key) {
    case 'string': return writeText(key, target, at);
    case 'number': return writeNumber(key, target, at, inArray);
    case 'bigint': return writeBigint(key, target, at);
    case 'boolean':
      target[at] = key ? format.TRUE : format.FALSE;
      return at + 1;
    default:
  }
  if (key === null) {
    target[at] = format.NULL;
    return at + 1;
  }
  if (key instanceof Uint8Array) return writeBytes(key, target, at);
  const place = inArray ? 'inside an array key' : 'as a key';
  throw new MillraceError('ENCODING', `The ordered encoding has no ${nameOf(key)} ${place}.`);
}

function writeArray(key: readonly KeyScalar[], target: Uint8Array, offset: number): number {
  let at = offset;
  for (let i = 0; i < key.length; i++) {
    if (i > 0) target[at++] = format.SEPARATOR;
    at = writeScalar(key[i], target, at, true);
    if (at > target.length) throw new MillraceError('KEY_TOO_LARGE');
  }
  if (key.length === 1) target[at++] = format.SEPARATOR;
  return at;
}

function decode(source: Uint8Array, start: number, end: number): Key {
  if (start === end) return [];
  let stop = endOfScalar(source, start, end);
  if (stop === end) return readScalar(source, start, end, false);
  const items: KeyScalar[] = [];
  for (let at = start; ; stop = endOfScalar(source, at, end)) {
    items.push(readScalar(source, at, stop, true));
    if (stop === end) return items;
    if (source[stop] !== format.SEPARATOR) throw notAKey();
    at = stop + 1;
    if (at === end) break;
  }
  if (items.length !== 1) throw notAKey();
  return items;
}

/** Where the scalar that starts at `at` ends; always behind `at`. */
function endOfScalar(source: Uint8Array, at: number, end: number): number {
  const first = source[at];
  if (first < format.FIRST_NEGATIVE) return at + 1;
  if (first > format.LAST_NUMBER) return endOfEscaped(source, at + 1, end);
  return endOfBigint(source, Math.min(at + format.NUMBER_BYTES, end), end);
}

function readScalar(source: Uint8Array, at: number, end: number, inArray: boolean): KeyScalar {
  const first = source[at];
  if (first >= format.TEXT && first <= format.LAST_TEXT) return readText(source, at, end);
  if (first >= format.FIRST_NEGATIVE && first <= format.LAST_NUMBER) {
    return end - at > format.NUMBER_BYTES
      ? readBigint(source, at, end)
      : readNumber(source, at, end - at, inArray);
  }
  switch (first) {
    case format.NULL: return null;
    case format.FALSE: return false;
    case format.TRUE: return true;
    case format.BYTES: return readBytes(source, at, end);
    default: throw notAKey();
  }
}

const notAKey = (): MillraceError =>
  new MillraceError('ENCODING', 'The bytes are not a key of the ordered encoding.');

/**
 * A string or Uint8Array: all keys that start with it, alone or as the first element of an array.
 * An array: all arrays that start with its elements; with [] every key. A string ending in half of
 * a surrogate pair matches only keys in which that half stands alone.
 */
function prefixRange(prefix: Key): ByteRange {
  if (typeof prefix !== 'string' && !(prefix instanceof Uint8Array) && !isArray(prefix)) {
    throw new MillraceError('ENCODING', `A prefix cannot be a ${nameOf(prefix)}.`);
  }
  const room = new Uint8Array(maxBytes(prefix));
  const gte = room.slice(0, encode(prefix, room, 0));
  if (prefix === '') return { gte, lt: Uint8Array.of(format.BYTES) };
  if (!isArray(prefix)) return { gte, lt: successor(gte) };
  if (prefix.length === 0) return { gte, lt: undefined };
  // What follows the same elements is nothing, or a separator and more.
  const stem = prefix.length === 1 ? gte.subarray(0, -1) : gte;
  return { gte, lt: Uint8Array.of(...stem, format.SEPARATOR + 1) };
}

/** An upper bound of the encoded length. */
function maxBytes(key: Key): number {
  if (typeof key === 'string') return 1 + 3 * key.length;
  if (key instanceof Uint8Array) return 1 + 2 * key.length;
  if (!isArray(key)) return MAX_BIGINT_BYTES;
  let sum = 0;
  for (const element of key) sum += 1 + maxBytes(element);
  return sum;
}
