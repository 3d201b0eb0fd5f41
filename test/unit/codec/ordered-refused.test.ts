/**
 * The 'ordered' key codec on bad input: keys it has no form for, targets that are too small, and
 * bytes that no encoder wrote. Each ends in a coded error.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderedKeys } from '../../../src/codec/ordered/codec.js';
import { MillraceError } from '../../../src/errors.js';
import { bytesOf, keys } from './support.js';

const codeOf = (fn: () => unknown): string => {
  try {
    fn();
  } catch (error) {
    return error instanceof MillraceError ? error.code : String(error);
  }
  return 'no error';
};

const decode = (bytes: Uint8Array): unknown => orderedKeys.decode(bytes, 0, bytes.length);

describe('keys without a form', () => {
  test.each([
    ['undefined', undefined], ['NaN', Number.NaN], ['a symbol', Symbol.iterator],
    ['a function', () => 1], ['an object', {}], ['a date', new Date(0)],
    ['a nested array', [['a'], 'b']], ['an array with a hole', Array.from({ length: 2 })],
    ['NaN in an array', [1, Number.NaN]], ['a bigint above the limit', 2n ** 1024n],
    ['a bigint below the limit', -BigInt(Number.MAX_VALUE) - 1n],
  ])('%s', (_, key) => {
    expect(codeOf(() => bytesOf(orderedKeys, key as never))).toBe('ENCODING');
  });
});

test('a target of exactly the right size will do, one byte less will not', () => {
  fc.assert(fc.property(keys, (key) => {
    const { length } = bytesOf(orderedKeys, key);
    expect(orderedKeys.encode(key, new Uint8Array(length), 0)).toBe(length);
    if (length > 0) {
      const small = new Uint8Array(length + 2);
      expect(codeOf(() => orderedKeys.encode(key, small, 3))).toBe('KEY_TOO_LARGE');
    }
  }));
});

test('a hopelessly long key is refused', () => {
  const long = 'x'.repeat(1_000_000);
  for (const key of [long, [long, long], new Uint8Array(1_000_000), Array(100_000).fill(1)]) {
    expect(codeOf(() => bytesOf(orderedKeys, key, 256))).toBe('KEY_TOO_LARGE');
  }
});

describe('bytes that no encoder wrote', () => {
  const decodesOnlyItsOwn = (bytes: Uint8Array): void => {
    const before = new Uint8Array(bytes);
    const code = codeOf(() => {
      const key = orderedKeys.decode(bytes, 0, bytes.length);
      expect(bytesOf(orderedKeys, key)).toStrictEqual(before);
    });
    expect(['no error', 'ENCODING']).toContain(code);
    expect(bytes).toStrictEqual(before);
  };

  test('random bytes are refused, or are exactly what their key encodes to', () => {
    const marks = [0, 1, 4, 6, 8, 0x0f, 0x10, 0x17, 0x1b, 0x1c, 0x80, 0xed, 0xa0, 0xf4, 0xfe, 0xff];
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.array(fc.oneof(fc.constantFrom(...marks), fc.nat(255)), { maxLength: 16 })
        .map((list) => Uint8Array.from(list)),
    );
    fc.assert(fc.property(bytes, decodesOnlyItsOwn), { numRuns: 5000 });
  });

  test('so is an encoded key with one byte changed, added or cut off', () => {
    fc.assert(fc.property(keys, fc.nat(), fc.nat(255), (key, place, byte) => {
      const bytes = bytesOf(orderedKeys, key);
      const changed = new Uint8Array(bytes);
      if (changed.length > 0) changed[place % changed.length] = byte;
      decodesOnlyItsOwn(changed);
      decodesOnlyItsOwn(Uint8Array.of(...bytes, byte));
      decodesOnlyItsOwn(bytes.slice(0, -1));
    }), { numRuns: 3000 });
  });

  test.each([
    ['an unknown first byte', [0x02]], ['the byte above every key', [0xff]],
    ['a negative zero', [0x0f, 255, 255, 255, 255, 255, 255, 255, 0xf0]],
    ['a NaN', [0x17, 0xff, 0x80, 0x00]], ['a number that is too short', [0x13, 0xff]],
    ['a number with zeros at its end', [0x13, 0xff, 0, 0, 0, 0]],
    ['a bigint without an integer', [0x13, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0x80]],
    ['a bigint of a thousand bytes', [0x17, ...Array<number>(1000).fill(0xff)]],
    ['an escape at the end', [0x61, 4]], ['an escape of nothing', [0x61, 4, 0x61]],
    ['a control byte without escape', [0x61, 1]], ['a mark without need', [0x1b, 0x61]],
    ['invalid UTF-8', [0x61, 0xff]], ['half a surrogate', [0xed, 0xa0]],
    ['a pair as two halves', [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80]],
    ['two separators at the end', [0x61, 0, 0x62, 0]], ['an array of nothing', [0, 0, 0x62, 0]],
  ])('%s', (_, bytes) => {
    expect(codeOf(() => decode(Uint8Array.from(bytes)))).toBe('ENCODING');
  });
});
