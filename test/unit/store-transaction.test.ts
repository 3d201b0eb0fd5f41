/**
 * Transactions: what they see, when they run again, and everything that ends them.
 */
import { describe, expect, test, vi } from 'vitest';
import type { Core } from '../../src/core.js';
import type { Store } from '../../src/store.js';
import { codeOf, joined, storeOn, toyRegion } from './store-support.js';

/** Two instances of one store, in one thread, so that a test decides who comes when. */
function pair(): { core: Core; store: Store<number, string>; other: Store<number, string> } {
  const core = toyRegion();
  return { core, store: storeOn(core), other: storeOn(joined(core)) };
}

describe('a transaction', () => {
  test('sees its own writes and shows them to others at its end only', () => {
    const { store, other } = pair();
    store.put(1, 'one');
    store.put(2, 'two');
    const seen = store.transaction((tx) => {
      tx.put(3, 'three');
      tx.put(1, 'uno');
      expect(tx.del(2)).toBe(true);
      expect(tx.del(2)).toBe(false);
      expect(tx.has(3)).toBe(true);
      expect(tx.getMany([1, 2, 3])).toEqual(['uno', undefined, 'three']);
      expect([...other]).toEqual([[1, 'one'], [2, 'two']]);
      return [...tx.entries()];
    });
    expect(seen).toEqual([[1, 'uno'], [3, 'three']]);
    expect([...other]).toEqual(seen);
  });

  test('iterates over writes that are made during the iteration', () => {
    const { store } = pair();
    for (const key of [1, 3, 5]) store.put(key, 'old');
    const seen = store.transaction((tx) => {
      const keys: number[] = [];
      for (const key of tx.keys({ lt: 8 })) {
        keys.push(key);
        if (key === 3) tx.del(5);
        else tx.put(key + 1, 'new');
      }
      return keys;
    });
    // 5 is gone, and with it everything that would have come of it.
    expect(seen).toEqual([1, 2, 3]);
    expect([...store.keys()]).toEqual([1, 2, 3]);
  });

  test('a limit counts what is left when removed entries are gone', () => {
    const { store } = pair();
    for (let key = 0; key < 50; key++) store.put(key, 'value');
    store.transaction((tx) => {
      for (let key = 0; key < 40; key++) tx.del(key);
      expect([...tx.keys({ limit: 3 })]).toEqual([40, 41, 42]);
      expect([...tx.keys({ limit: 2, reverse: true, lte: 41 })]).toEqual([41, 40]);
      expect([...tx.keys({ reverse: true, lt: 40 })]).toEqual([]);
    });
  });

  test('runs again when something that it read has changed', () => {
    const { store, other } = pair();
    store.put(1, 'first');
    let runs = 0;
    const result = store.transaction((tx) => {
      const value = tx.get(1);
      if (runs++ === 0) other.put(1, 'second');
      tx.put(2, `copy of ${value}`);
      return value;
    });
    expect([runs, result, other.get(2)]).toEqual([2, 'second', 'copy of second']);
  });

  test.each<[string, (store: Store<number, string>) => unknown]>([
    ['a missing key', (other) => other.put(7, 'now it is there')],
    ['an empty range', (other) => other.put(7, 'now it is not empty')],
  ])('runs again when %s has come to be, also if it only reads', (what, change) => {
    const { store, other } = pair();
    let runs = 0;
    const seen = store.transaction((tx) => {
      const found = what === 'a missing key' ? tx.get(7) : [...tx.values({ gt: 5 })][0];
      if (runs++ === 0) change(other);
      return found;
    });
    expect([runs, seen]).toEqual([2, other.get(7)]);
  });

  test('takes the serial lock when its retries are used up, and then wins', () => {
    const { store, other } = pair();
    let runs = 0;
    store.transaction((tx) => {
      tx.get(1);
      if (runs++ < 3) other.put(1, `change ${runs}`);
      tx.put(2, 'done');
    }, { retries: 2 });
    expect([runs, other.get(2)]).toEqual([4, 'done']);
    // The lock was given back: the other instance does not wait for it.
    other.put(3, 'free');
    expect(store.get(3)).toBe('free');
  });

  test('ends in TX_CONFLICT when even the serial lock does not help', () => {
    const { core, store } = pair();
    store.put(1, 'first');
    const run = (): unknown => store.transaction((tx) => {
      tx.get(1);
      // Behind the store's back, by the only instance that the serial lock does not stop.
      core.keyArea.fill(0, 0, 12);
      core.reserve(12, 0);
      expect(core.put(0, 0, 12, 0)).toBe(1);
      tx.put(2, 'never');
    }, { retries: 0 });
    expect(codeOf(run)).toBe('TX_CONFLICT');
    expect(store.has(2)).toBe(false);
    store.put(2, 'the serial lock is free');
  });

  test('an error of its function changes nothing and is thrown again', () => {
    const { store } = pair();
    const error = new Error('mine');
    expect(() => store.transaction((tx) => {
      tx.put(1, 'never');
      throw error;
    })).toThrow(error);
    expect(store.has(1)).toBe(false);
    expect(store.transaction((tx) => tx.get(1))).toBeUndefined();
  });

  test('an error that comes from reads of different moments only makes it run again', () => {
    const { store, other } = pair();
    other.batch([{ type: 'put', key: 1, value: 'a' }, { type: 'put', key: 200, value: 'a' }]);
    for (let key = 2; key < 60; key++) other.put(key, 'between');
    let runs = 0;
    store.transaction((tx) => {
      const first = tx.get(1);
      if (runs++ === 0) {
        other.batch([{ type: 'put', key: 1, value: 'b' }, { type: 'put', key: 200, value: 'b' }]);
      }
      if (tx.get(200) !== first) throw new Error('no real state looks like this');
    });
    expect(runs).toBe(2);
  });
});

describe('misuse of a transaction', () => {
  test('an async function is refused and writes nothing, not even later', async () => {
    const { store } = pair();
    const later = vi.fn();
    expect(codeOf(() => store.transaction(async (tx) => {
      tx.put(1, 'never');
      await Promise.resolve();
      later(codeOf(() => tx.put(2, 'never')));
      tx.get(1);
    }))).toBe('TX_ASYNC');
    await new Promise((resolve) => { setTimeout(resolve, 5); });
    expect(later).toHaveBeenCalledWith('CLOSED');
    expect([...store]).toEqual([]);
  });

  test('transactions do not nest, and the store is not written to inside one', async () => {
    const { store } = pair();
    await store.transaction((tx) => {
      tx.put(1, 'kept');
      expect(() => store.transaction(() => 0)).toThrow(TypeError);
      expect(() => store.put(2, 'no')).toThrow(TypeError);
      expect(() => store.del(1)).toThrow(TypeError);
      expect(() => store.batch([])).toThrow(TypeError);
      expect(store.get(1)).toBeUndefined();
      return { closing: expect(store.close()).rejects.toThrow(TypeError) };
    }).closing;
    expect([...store]).toEqual([[1, 'kept']]);
    expect(store.status).toBe('open');
  });

  test('everything of it is closed afterwards', () => {
    const { store } = pair();
    store.put(1, 'one');
    const [tx, keys] = store.transaction((inner) => [inner, inner.keys()] as const);
    const calls = [
      () => tx.get(1), () => tx.has(1), () => tx.getMany([1]), () => tx.put(1, ''),
      () => tx.del(1), () => tx.entries(), () => tx.keys(), () => tx.values(), () => keys.next(),
    ];
    expect(calls.map(codeOf)).toEqual(calls.map(() => 'CLOSED'));
  });

  test('wrong arguments are type errors', () => {
    const { store } = pair();
    const given: unknown[][] = [
      [undefined], ['text'], [() => 0, { retries: -1 }], [() => 0, { retries: 1.5 }],
      [() => 0, { tries: 3 }], [() => 0, 7],
    ];
    for (const [fn, options] of given) {
      expect(() => store.transaction(fn as () => 0, options as object)).toThrow(TypeError);
    }
  });
});

describe('what one transaction can hold', () => {
  test('too many writes end in TXN_TOO_LARGE, and nothing is written', () => {
    const { store } = pair();
    const run = (): void => store.transaction((tx) => {
      for (let key = 0; key < 1000; key++) tx.put(key, 'x');
    });
    expect(codeOf(run)).toBe('TXN_TOO_LARGE');
    const writes = Array.from({ length: 1000 }, (_, key) =>
      ({ type: 'put', key, value: 'x' } as const));
    expect(codeOf(() => store.batch(writes))).toBe('TXN_TOO_LARGE');
    expect([...store]).toEqual([]);
    store.batch(writes.slice(0, 20));
    expect([...store.keys()]).toHaveLength(20);
  });

  test('writes to more leaves than there are locks do, too', () => {
    const { store } = pair();
    for (let key = 0; key < 600; key++) store.put(key, 'x');
    const run = (): void => store.transaction((tx) => {
      for (let key = 0; key < 600; key += 3) tx.put(key, 'y');
    });
    expect(codeOf(run)).toBe('TXN_TOO_LARGE');
    expect(new Set(store.values())).toEqual(new Set(['x']));
  });

  test('reads of more leaves than can be validated do, too', () => {
    const { store } = pair();
    for (let key = 0; key < 600; key++) store.put(key, 'x');
    expect(codeOf(() => store.transaction((tx) => [...tx.keys()].length))).toBe('TXN_TOO_LARGE');
    expect(codeOf(() => store.transaction((tx) => {
      tx.put(0, `${[...tx.keys()].length}`);
    }))).toBe('TXN_TOO_LARGE');
    expect(store.get(0)).toBe('x');
  });
});
