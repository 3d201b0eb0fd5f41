/**
 * The map against a sorted array: random sequences of every verb, in toy regions where nodes have
 * three entries and frames hold a few dozen records, so that splits, layers, rolls and cleaning
 * happen all the time.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Core, Sizes } from '../../src/core.js';
import type { Encodings } from '../../src/map/session.js';
import { joined, storeOn, toyRegion } from '../unit/store-support.js';
import { applyStep } from './apply.js';
import { Model, stepsOf } from './support.js';
import type { Compare } from './support.js';

interface Case<K, V> {
  readonly name: string;
  readonly encodings: Encodings<K, V>;
  readonly sizes: Partial<Sizes>;
  readonly key: fc.Arbitrary<K>;
  readonly value: fc.Arbitrary<V>;
  readonly compare: Compare<K>;
  /** Undefined: the keys have no prefixes. */
  readonly hasPrefix: ((key: K, of: K) => boolean) | undefined;
}

const STEPS = 120;
const RUNS = 60;

/** Short and long texts over few letters: shared prefixes, so layers. */
const textOf = (...letters: string[]): fc.Arbitrary<string> => fc.oneof(
  fc.string({ unit: fc.constantFrom(...letters), maxLength: 3 }),
  fc.string({ unit: fc.constantFrom(...letters), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...letters), maxLength: 10 })
    .map((tail) => `same-sixteen-byte${tail}`),
);

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const utf8: Case<string, string> = {
  name: 'utf8 keys, utf8 values',
  encodings: { keyEncoding: 'utf8', valueEncoding: 'utf8' },
  sizes: { width: 3 },
  key: textOf('a', 'b', '\u00e9', '\u{10437}'),
  value: fc.string({ unit: 'grapheme', maxLength: 60 }),
  compare: byBytes,
  hasPrefix: (key, of) => key.startsWith(of),
};

const binary: Case<Buffer, Buffer> = {
  name: 'binary keys, binary values',
  encodings: { keyEncoding: 'binary', valueEncoding: 'binary' },
  // Zero bytes tell keys apart by their length alone. Up to eleven such keys share a slice and
  // cannot be split apart, so a node must have its full width.
  sizes: { width: 12 },
  key: textOf('a', 'b', '\0').map((key) => Buffer.from(key)),
  value: fc.uint8Array({ maxLength: 200 }).map((value) => Buffer.from(value)),
  compare: (a, b) => Buffer.compare(a, b),
  hasPrefix: (key, of) => key.subarray(0, of.length).equals(of),
};

const ordered: Case<number, unknown> = {
  name: 'ordered keys, json values',
  encodings: {},
  sizes: { width: 4 },
  key: fc.oneof(fc.integer({ min: -40, max: 40 }), fc.double({ noNaN: true, min: -1, max: 1 }))
    .map((key) => (Object.is(key, -0) ? 0 : key)),
  value: fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  compare: (a, b) => a - b,
  hasPrefix: undefined,
};

/** Runs random steps; the instances take turns. */
function check<K, V>(c: Case<K, V>, cores: (first: Core) => Core[]): void {
  const { hasPrefix } = c;
  const steps = stepsOf(c.key, c.value, STEPS, hasPrefix !== undefined);
  fc.assert(fc.property(steps, (sequence) => {
    const stores = cores(toyRegion(c.sizes)).map((core) => storeOn<K, V>(core, c.encodings));
    let model = new Model<K, V>(c.compare, hasPrefix ?? (() => false));
    sequence.forEach((step, i) => {
      model = applyStep(stores[i % stores.length], model, step);
    });
    for (const store of stores) {
      expect([...store]).toEqual(model.entries());
    }
    const report = stores[0].check();
    expect(report.problems).toEqual([]);
    expect(report.keys).toBe(model.entries().length);
    expect(report.bytes.leaked).toBe(0);
  }), { numRuns: RUNS });
}

describe.each([utf8, binary, ordered] as Case<unknown, unknown>[])('$name', (c) => {
  test('every verb says what a sorted array says, one instance', () => {
    check(c, (first) => [first]);
  });

  test('also with two instances that take turns', () => {
    check(c, (first) => [first, joined(first)]);
  });
});
