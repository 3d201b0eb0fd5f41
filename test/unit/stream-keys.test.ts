/**
 * Which partition a key goes to, and which partitions a member gets: pure arithmetic, but others
 * rely on its results, so some are written down here.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashOf, partitionOf } from '../../src/stream/partition-of.js';
import type { StreamKey } from '../../src/stream/partition-of.js';
import { orderOf, shareOf } from '../../src/stream/shares.js';

describe('the hash of a key', () => {
  // FNV-1a with the finalizer of MurmurHash3, computed by hand with BigInt arithmetic.
  const reference = (bytes: Uint8Array): number => {
    const mask = 0xffffffffn;
    let hash = 0x811c9dc5n;
    for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & mask;
    hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) & mask;
    hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) & mask;
    return Number(hash ^ (hash >> 16n));
  };

  test.each<[StreamKey, number]>([
    ['', reference(new Uint8Array(0))],
    ['SFO', reference(new TextEncoder().encode('SFO'))],
    ['gr\u00fc\u00df', reference(new TextEncoder().encode('gr\u00fc\u00df'))],
    [7, reference(new Uint8Array(new Float64Array([7]).buffer))],
  ])('of %j is what any host computes', (key, expected) => {
    expect(hashOf(key)).toBe(expected);
  });

  test('does not change', () => {
    expect(hashOf('SFO')).toBe(1409661961);
  });

  test('of bytes is that of the same text, and both zeros are one key', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(hashOf(text)).toBe(hashOf(new TextEncoder().encode(text)));
    }));
    expect(hashOf(-0)).toBe(hashOf(0));
  });

  test('spreads short keys over all partitions', () => {
    const seen = new Set(Array.from({ length: 200 }, (_, i) => partitionOf(`k${i}`, 16)));
    expect(seen.size).toBe(16);
  });

  test.each([[undefined], [null], [true], [{}], [7n]])('of %s is a TypeError', (key) => {
    expect(() => hashOf(key as never)).toThrow(TypeError);
  });

  test('of a lone surrogate is refused', () => {
    expect(() => hashOf('\ud800')).toThrow(expect.objectContaining({ code: 'ENCODING' }));
  });
});

describe('shares of members', () => {
  const sizes = [fc.integer({ min: 1, max: 256 }), fc.integer({ min: 1, max: 64 })] as const;

  test('are all partitions together, and differ by one at most', () => {
    fc.assert(fc.property(...sizes, (partitions, members) => {
      const shares = Array.from({ length: members }, (_, rank) =>
        shareOf(partitions, members, rank));
      expect(shares.reduce((a, b) => a + b)).toBe(partitions);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
    }));
  });

  test('are looked for among all partitions, in an order of each member\'s own', () => {
    fc.assert(fc.property(...sizes, (partitions, members) => {
      const order = orderOf(partitions, members, members - 1);
      expect(order.toSorted((a, b) => a - b)).toEqual([...Array(partitions).keys()]);
    }));
    expect(orderOf(4, 2, 1)).toEqual([2, 3, 0, 1]);
  });
});
