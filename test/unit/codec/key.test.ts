/**
 * The plain key encodings, the choice of a codec, and prefixes in all of them.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyCodec, prefixRange } from '../../../src/codec/key.js';
import type { Key, KeyCodec } from '../../../src/codec/key.js';
import { binaryKeys, utf8Keys } from '../../../src/codec/plain-keys.js';
import { orderedKeys } from '../../../src/codec/ordered/codec.js';
import { byteArrays, bytesOf, compareBytes, keys, scalars, strings } from './support.js';

const scratch = new Uint8Array(4096);

const matches = <K>(codec: KeyCodec<K>, prefix: K, key: K): boolean => {
  const { gte, lt } = prefixRange(codec, prefix, scratch);
  const bytes = bytesOf(codec, key);
  return compareBytes(bytes, gte) >= 0 && (lt === undefined || compareBytes(bytes, lt) < 0);
};

const wellFormed = strings.map((text) => text.toWellFormed());

describe('utf8', () => {
  test('round trip, and the order of code points', () => {
    fc.assert(fc.property(wellFormed, wellFormed, (a, b) => {
      const bytes = bytesOf(utf8Keys, a);
      expect(utf8Keys.decode(bytes, 0, bytes.length)).toBe(a);
      const order = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(compareBytes(bytes, bytesOf(utf8Keys, b))).toBe(order);
    }));
  });

  test('lone surrogates, other types and invalid bytes are refused', () => {
    for (const key of ['a\ud800', '\udc00', 7, undefined]) {
      expect(() => bytesOf(utf8Keys, key as string))
        .toThrow(expect.objectContaining({ code: 'ENCODING' }));
    }
    expect(() => utf8Keys.decode(Uint8Array.of(0xc0), 0, 1))
      .toThrow(expect.objectContaining({ code: 'ENCODING' }));
  });

  test('a key that does not fit is refused, in ASCII and beyond', () => {
    for (const key of ['abcdef', '\u20ac\u20ac']) {
      expect(() => utf8Keys.encode(key, new Uint8Array(5), 0))
        .toThrow(expect.objectContaining({ code: 'KEY_TOO_LARGE' }));
    }
  });
});

describe('binary', () => {
  test('round trip by copy, from shared memory', () => {
    fc.assert(fc.property(byteArrays, (key) => {
      const target = new Uint8Array(new SharedArrayBuffer(64));
      const length = binaryKeys.encode(key, target, 5);
      const back = binaryKeys.decode(target, 5, 5 + length);
      target.fill(0x55);
      expect(Uint8Array.from(back)).toStrictEqual(key);
    }));
  });

  test('other types and keys that do not fit are refused', () => {
    expect(() => bytesOf(binaryKeys, 'a' as never))
      .toThrow(expect.objectContaining({ code: 'ENCODING' }));
    expect(() => binaryKeys.encode(new Uint8Array(3), new Uint8Array(5), 3))
      .toThrow(expect.objectContaining({ code: 'KEY_TOO_LARGE' }));
  });
});

describe('prefix', () => {
  const firstOf = (key: Key): Key => (Array.isArray(key) && key.length > 0 ? key[0] : key);
  const startsWith = (text: string, prefix: string): boolean =>
    Array.from(prefix).every((point, i) => Array.from(text)[i] === point);

  test('ordered: a string matches what starts with it, alone or first in an array', () => {
    fc.assert(fc.property(strings, keys, strings, (prefix, key, more) => {
      const first = firstOf(key);
      const expected = typeof first === 'string' && startsWith(first, prefix);
      expect(matches(orderedKeys, prefix, key)).toBe(expected);
      const longer = prefix + more;
      expect(matches(orderedKeys, prefix, longer)).toBe(startsWith(longer, prefix));
    }), { numRuns: 2000 });
  });

  test('ordered: bytes match what starts with them', () => {
    fc.assert(fc.property(byteArrays, keys, byteArrays, (prefix, key, more) => {
      const first = firstOf(key);
      const expected = first instanceof Uint8Array &&
        compareBytes(first.subarray(0, prefix.length), prefix) === 0;
      expect(matches(orderedKeys, prefix, key)).toBe(expected);
      expect(matches(orderedKeys, prefix, Uint8Array.of(...prefix, ...more))).toBe(true);
    }), { numRuns: 2000 });
  });

  test('ordered: an array matches the arrays that start with its elements', () => {
    const lists = fc.array(scalars, { minLength: 1, maxLength: 3 });
    const sameStart = (key: Key, prefix: Key[]): boolean => Array.isArray(key) &&
      key.length >= prefix.length && prefix.every((element, i) =>
        compareBytes(bytesOf(orderedKeys, element), bytesOf(orderedKeys, key[i])) === 0);
    fc.assert(fc.property(lists, keys, lists, (prefix, key, more) => {
      expect(matches(orderedKeys, prefix, key)).toBe(sameStart(key, prefix));
      expect(matches(orderedKeys, prefix, [...prefix, ...more])).toBe(true);
      expect(matches(orderedKeys, prefix, prefix)).toBe(true);
      expect(matches(orderedKeys, prefix, prefix[0])).toBe(false);
      expect(matches(orderedKeys, [], key)).toBe(true);
    }), { numRuns: 2000 });
  });

  test('ordered: other prefixes are refused', () => {
    for (const prefix of [1, 1n, true, null, undefined]) {
      expect(() => prefixRange(orderedKeys, prefix as Key, scratch))
        .toThrow(expect.objectContaining({ code: 'ENCODING' }));
    }
  });

  test('utf8 and binary: what starts with the prefix', () => {
    fc.assert(fc.property(wellFormed, wellFormed, (prefix, key) => {
      expect(matches(utf8Keys, prefix, key)).toBe(startsWith(key, prefix));
      expect(matches(utf8Keys, prefix, prefix + key)).toBe(true);
    }));
    fc.assert(fc.property(byteArrays, byteArrays, (prefix, key) => {
      const expected = compareBytes(key.subarray(0, prefix.length), prefix) === 0;
      expect(matches(binaryKeys, prefix, key)).toBe(expected);
    }));
    expect(prefixRange(binaryKeys, Uint8Array.of(7, 255, 255), scratch).lt)
      .toStrictEqual(Uint8Array.of(8));
    expect(prefixRange(binaryKeys, Uint8Array.of(255), scratch).lt).toBeUndefined();
  });

  test('a prefix longer than any key is refused', () => {
    for (const codec of [orderedKeys, utf8Keys] as KeyCodec<string>[]) {
      expect(() => prefixRange(codec, 'x'.repeat(9), new Uint8Array(8)))
        .toThrow(expect.objectContaining({ code: 'KEY_TOO_LARGE' }));
    }
  });
});

describe('keyCodec', () => {
  test('finds built-in codecs, takes custom ones, refuses the rest', () => {
    expect(keyCodec()).toBe(orderedKeys);
    expect(keyCodec('binary')).toBe(binaryKeys);
    expect(keyCodec('utf8')).toBe(utf8Keys);
    const own: KeyCodec<number> = { encode: () => 0, decode: () => 0 };
    expect(keyCodec(own)).toBe(own);
    for (const bad of ['toString', 'hex', 7, null, {}]) {
      expect(() => keyCodec(bad as never)).toThrow(TypeError);
    }
  });
});
