/**
 * What the codec tests share: random keys, and the order of keys written down a second time,
 * independent of bytes.
 */
import fc from 'fast-check';
import type { Key, KeyCodec, KeyScalar } from '../../../src/codec/key.js';

/** The encoded key as bytes of its own; the key may take up to room bytes. */
export function bytesOf<K>(codec: KeyCodec<K>, key: K, room = 4096): Uint8Array {
  const target = new Uint8Array(room);
  return target.slice(0, codec.encode(key, target, 0));
}

/** Byte order, as the map has it. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number =>
  Math.sign(Buffer.compare(a, b));

const compare = <T extends number | bigint>(a: T, b: T): number => (a < b ? -1 : Number(a > b));

const RANKS = ['null', 'boolean', 'number', 'string', 'object'];

const rank = (key: KeyScalar): number => {
  const type = key === null ? 'null' : typeof key;
  return RANKS.indexOf(type === 'bigint' ? 'number' : type);
};

const codePoints = (text: string): number[] => Array.from(text, (c) => c.codePointAt(0) ?? 0);

function compareLists<T>(a: ArrayLike<T>, b: ArrayLike<T>, by: (a: T, b: T) => number): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = by(a[i], b[i]);
    if (order !== 0) return order;
  }
  return compare(a.length, b.length);
}

function compareScalars(a: KeyScalar, b: KeyScalar): number {
  if (rank(a) !== rank(b)) return compare(rank(a), rank(b));
  if (typeof a === 'string' && typeof b === 'string') {
    return compareLists(codePoints(a), codePoints(b), compare);
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareLists(a, b, compare);
  // JavaScript compares a number with a bigint by their exact values.
  const [x, y] = [a as number, b as number];
  const [xBig, yBig] = [a, b].map((key) => Number(typeof key === 'bigint'));
  return compare(x, y) || compare(xBig, yBig);
}

/** The order that the 'ordered' encoding promises. */
export function compareKeys(a: Key, b: Key): number {
  const lists = [a, b].map((key) => (Array.isArray(key) ? key : [key]) as KeyScalar[]);
  const order = compareLists(lists[0], lists[1], compareScalars);
  return order !== 0 ? order : compare(Number(Array.isArray(a)), Number(Array.isArray(b)));
}

const powers = fc.integer({ min: 0, max: 1023 });

/** Doubles of all kinds, with many integers and near misses of them. */
export const numbers = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.tuple(powers, fc.integer({ min: -2, max: 2 })).map(([p, d]) => 2 ** p + d),
).map((n) => (n === 0 ? 0 : n));

/** Bigints up to the limit, many of them next to a double. */
export const bigints = fc.oneof(
  fc.bigInt({ min: -300n, max: 300n }),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  fc.tuple(powers, fc.bigInt({ min: -20n, max: 20n }), fc.boolean())
    .map(([p, d, negative]) => (2n ** BigInt(p) + d) * (negative ? -1n : 1n)),
  fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: false })
    .map((n) => BigInt(Math.trunc(n))),
);

const CODE_UNITS = fc.oneof(
  fc.integer({ min: 0, max: 0x20 }),
  fc.integer({ min: 0x20, max: 0x7f }),
  fc.constantFrom(0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfeff, 0xfffd, 0xffff),
  fc.integer({ min: 0xd800, max: 0xdfff }),
);

/** Strings with control characters, byte order marks, pairs and lone surrogates. */
export const strings = fc.array(CODE_UNITS, { maxLength: 12 })
  .map((units) => String.fromCharCode(...units));

export const byteArrays = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc.array(fc.constantFrom(0, 1, 4, 5, 0xfe, 0xff), { maxLength: 4 })
    .map((bytes) => Uint8Array.from(bytes)),
);

export const scalars: fc.Arbitrary<KeyScalar> = fc.oneof(
  strings, numbers, bigints, byteArrays, fc.boolean(), fc.constant(null),
);

/** Keys of the 'ordered' encoding. */
export const keys: fc.Arbitrary<Key> = fc.oneof(
  { weight: 2, arbitrary: scalars },
  { weight: 1, arbitrary: fc.array(scalars, { maxLength: 4 }) },
);
