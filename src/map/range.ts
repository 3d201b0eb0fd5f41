/**
 * Ranges of keys: from what a user asks for to encoded bounds in the direction of the scan.
 */
import { prefixRange } from '../codec/key.js';
import type { KeyCodec } from '../codec/key.js';
import { checkNames } from '../options.js';
import { compareBytes } from './compare.js';

/** Which keys to visit, and in which order. All bounds together must hold. */
export interface Range<K> {
  /** Keys above this one. */
  readonly gt?: K;
  /** Keys from this one on. */
  readonly gte?: K;
  /** Keys below this one. */
  readonly lt?: K;
  /** Keys up to this one. */
  readonly lte?: K;
  /** Keys that start with this one, as the key encoding understands it. */
  readonly prefix?: K;
  /** From the greatest key down. Default false. */
  readonly reverse?: boolean;
  /** The most entries to visit. Default: all. */
  readonly limit?: number;
}

/** One end of a range. */
export interface Bound {
  readonly key: Uint8Array;
  /** Whether the key itself belongs to the range. */
  readonly isInclusive: boolean;
}

/** A range in bytes; start and end are meant in the direction of the scan. */
export interface Bounds {
  readonly start: Bound | undefined;
  readonly end: Bound | undefined;
  readonly isReverse: boolean;
  readonly limit: number;
}

const NAMES = ['gt', 'gte', 'lt', 'lte', 'prefix', 'reverse', 'limit'];

/** The stricter of two bounds; `side` is 1 for lower bounds, -1 for upper ones. */
function stricter(a: Bound | undefined, b: Bound | undefined, side: number): Bound | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const order = compareBytes(a.key, b.key) * side;
  if (order === 0) return a.isInclusive ? b : a;
  return order > 0 ? a : b;
}

function checkLimit(limit: unknown): number {
  if (limit === undefined) return Infinity;
  if (limit === Infinity || (Number.isSafeInteger(limit) && (limit as number) >= 0)) {
    return limit as number;
  }
  throw new TypeError('limit must be an integer from 0 on, or Infinity');
}

/**
 * Encodes a range.
 * @param scratch Where keys may be encoded; as long as the longest key.
 * @throws TypeError for unknown names and wrong types; what the codec throws for the keys.
 */
export function boundsOf<K>(
  range: Range<K> | undefined, codec: KeyCodec<K>, scratch: Uint8Array,
): Bounds {
  const given = checkNames(range, NAMES, 'a range');
  const { reverse = false } = given;
  if (typeof reverse !== 'boolean') throw new TypeError('reverse must be a boolean');
  const limit = checkLimit(given.limit);
  const bound = (key: K | undefined, isInclusive: boolean): Bound | undefined => (
    key === undefined
      ? undefined
      : { key: scratch.slice(0, codec.encode(key, scratch, 0)), isInclusive }
  );
  let low = stricter(bound(given.gt, false), bound(given.gte, true), 1);
  let high = stricter(bound(given.lt, false), bound(given.lte, true), -1);
  if (given.prefix !== undefined) {
    const { gte, lt } = prefixRange(codec, given.prefix, scratch);
    low = stricter(low, { key: gte, isInclusive: true }, 1);
    high = stricter(high, lt && { key: lt, isInclusive: false }, -1);
  }
  return { start: reverse ? high : low, end: reverse ? low : high, isReverse: reverse, limit };
}

/** Whether a key lies before the end of the range (its start is not looked at). */
export function isBeforeEnd(key: Uint8Array, bounds: Bounds): boolean {
  const { end, isReverse } = bounds;
  if (end === undefined) return true;
  const order = compareBytes(key, end.key) * (isReverse ? -1 : 1);
  return order < 0 || (order === 0 && end.isInclusive);
}
