/**
 * The value codecs: round trips through shared memory, bounds, and refused values and bytes.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valueCodec } from '../../../src/codec/value.js';
import type { ValueCodec, ValueEncodingName } from '../../../src/codec/value.js';

const shared = new Uint8Array(new SharedArrayBuffer(1 << 16));

const roundTrip = <V>(codec: ValueCodec<V>, value: V): V => {
  const room = codec.maxBytes(value);
  const length = codec.encodeInto(value, shared.subarray(8, 8 + room));
  expect(length).toBeLessThanOrEqual(room);
  const back = codec.decode(shared.subarray(8, 8 + length));
  shared.fill(0x55, 0, 8 + room);
  return back;
};

describe('round trip through shared memory that changes afterwards', () => {
  test('json', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(roundTrip(valueCodec('json'), value))
        .toStrictEqual(JSON.parse(JSON.stringify(value)));
    }));
  });

  test('utf8', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => {
      expect(roundTrip(valueCodec('utf8'), value)).toBe(value);
    }));
    expect(roundTrip(valueCodec('utf8'), '\ufeffmark')).toBe('\ufeffmark');
  });

  test('binary', () => {
    fc.assert(fc.property(fc.uint8Array(), (value) => {
      expect(Uint8Array.from(roundTrip(valueCodec('binary'), value))).toStrictEqual(value);
    }));
  });
});

test('json keeps no text of an object that changes after it was written', () => {
  const codec = valueCodec<{ n: number }>('json');
  const value = { n: 1 };
  roundTrip(codec, value);
  value.n = 2;
  const length = codec.encodeInto(value, shared);
  expect(codec.decode(shared.subarray(0, length))).toStrictEqual({ n: 2 });
});

test('json stores of one process do not share what they keep', () => {
  expect(valueCodec('json')).not.toBe(valueCodec('json'));
});

describe('refused', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;

  test.each<[ValueEncodingName, string, unknown]>([
    ['json', 'undefined', undefined], ['json', 'a function', () => 1],
    ['json', 'a symbol', Symbol.iterator], ['json', 'a bigint', 1n],
    ['json', 'a circle', circular], ['utf8', 'a number', 1], ['utf8', 'undefined', undefined],
    ['binary', 'a string', 'a'], ['binary', 'an array', [1]], ['binary', 'null', null],
    ['binary', 'an ArrayBuffer', new ArrayBuffer(1)],
  ])('%s: %s', (encoding, _, value) => {
    const codec = valueCodec<unknown>(encoding);
    const refusal = expect.objectContaining({ code: 'ENCODING' });
    expect(() => codec.maxBytes(value)).toThrow(refusal);
    expect(() => codec.encodeInto(value, shared)).toThrow(refusal);
  });

  test('a lone surrogate in a utf8 value; JSON escapes it', () => {
    expect(() => valueCodec<string>('utf8').encodeInto('a\ud800', shared))
      .toThrow(expect.objectContaining({ code: 'ENCODING' }));
    expect(roundTrip(valueCodec('json'), 'a\ud800')).toBe('a\ud800');
  });

  test('a target that is too small', () => {
    for (const [encoding, value] of [
      ['json', 'abc'], ['utf8', 'abc'], ['binary', new Uint8Array(3)],
    ] as const) {
      expect(() => valueCodec<unknown>(encoding).encodeInto(value, new Uint8Array(2)))
        .toThrow(expect.objectContaining({ code: 'VALUE_TOO_LARGE' }));
    }
  });

  test('bytes that are not JSON or not UTF-8', () => {
    const refusal = expect.objectContaining({ code: 'ENCODING' });
    expect(() => valueCodec('json').decode(Uint8Array.of(0x7b))).toThrow(refusal);
    expect(() => valueCodec('json').decode(new Uint8Array())).toThrow(refusal);
    expect(() => valueCodec('utf8').decode(Uint8Array.of(0xff))).toThrow(refusal);
  });

  test('encodings that do not exist', () => {
    for (const bad of ['toString', 'msgpack', 7, null, { decode: () => 1 }]) {
      expect(() => valueCodec(bad as never)).toThrow(TypeError);
    }
  });
});

test('a codec of the user is taken as it is', () => {
  const own: ValueCodec<number> = { maxBytes: () => 1, encodeInto: () => 1, decode: () => 1 };
  expect(valueCodec(own)).toBe(own);
});
