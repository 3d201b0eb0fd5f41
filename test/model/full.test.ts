/**
 * The map in a region that is too small for what is written: overwrites are cleaned away, FULL
 * changes nothing, and after deletes there is room again.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeOf, joined, storeOn, toyRegion } from '../unit/store-support.js';
import type { Store } from '../../src/store.js';

const RUNS = 25;
const KEYS = 24;

type Step =
  | { do: 'put'; key: number; bytes: number }
  | { do: 'del'; key: number }
  | { do: 'batch' | 'transaction'; keys: number[]; bytes: number };

const key = fc.nat({ max: KEYS - 1 });
const bytes = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 3000 }));

const steps = fc.array(fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), key, bytes }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('del' as const), key }) },
  { weight: 2, arbitrary: fc.record({
    do: fc.constantFrom('batch' as const, 'transaction' as const),
    keys: fc.uniqueArray(key, { minLength: 1, maxLength: 6 }), bytes }) },
), { minLength: 200, maxLength: 400, size: 'max' });

const valueOf = (step: number, length: number): string => `${step}:`.padEnd(length, 'x');

/** What the step writes: nothing for a deletion. */
function writesOf(step: Step, i: number): [number, string][] {
  if (step.do === 'del') return [];
  const value = valueOf(i, step.bytes);
  return (step.do === 'put' ? [step.key] : step.keys).map((k) => [k, value]);
}

function apply(store: Store<number, string>, step: Step, i: number): void {
  const writes = writesOf(step, i);
  switch (step.do) {
    case 'put': store.put(step.key, valueOf(i, step.bytes)); break;
    case 'del': store.del(step.key); break;
    case 'batch':
      store.batch(writes.map(([k, value]) => ({ type: 'put', key: k, value })));
      break;
    default: store.transaction((tx) => {
      for (const [k, value] of writes) {
        tx.get(k);
        tx.put(k, value);
      }
    });
  }
}

test('FULL changes nothing, cleaning loses nothing, deleting makes room', () => {
  let cleaned = 0;
  let full = 0;
  fc.assert(fc.property(steps, (sequence) => {
    const first = toyRegion({ kib: 192, outputBytes: 256 });
    const encodings = { valueEncoding: 'utf8' } as const;
    const stores = [first, joined(first)].map((core) =>
      storeOn<number, string>(core, encodings));
    const model = new Map<number, string>();
    sequence.forEach((step, i) => {
      const store = stores[i % stores.length];
      const code = codeOf(() => apply(store, step, i));
      if (code === 'nothing thrown') {
        if (step.do === 'del') model.delete(step.key);
        for (const [k, value] of writesOf(step, i)) model.set(k, value);
      } else {
        expect(code).toBe('FULL');
        expect(step.do).not.toBe('del');
        full++;
      }
      if (i % 16 === 0 || code === 'FULL') {
        expect([...store]).toEqual([...model].sort(([a], [b]) => a - b));
      }
    });
    for (const k of model.keys()) expect(stores[0].del(k)).toBe(true);
    stores[1].put(0, 'there is room again');
    const report = stores[0].check();
    expect(report.problems).toEqual([]);
    expect(report.keys).toBe(1);
    expect(report.bytes.leaked).toBe(0);
    cleaned += stores[0].stats().counters.cleaned;
  }), { numRuns: RUNS });
  // The runs were not idle: frames were cleaned, and some runs met the end of the region.
  expect(cleaned).toBeGreaterThan(RUNS);
  expect(full).toBeGreaterThan(0);
});
