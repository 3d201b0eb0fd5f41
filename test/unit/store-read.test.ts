/**
 * Reading in other ways than one key at a time: views, ranges, iterators, outcomes.
 */
import { describe, expect, test } from 'vitest';
import { claimIdentity, nameBytes } from '../../src/map/identity.js';
import type { Store } from '../../src/store.js';
import { codeOf, joined, storeOn, toyRegion } from './store-support.js';

function numbers(count: number): Store<number, string> {
  const store = storeOn<number, string>(toyRegion());
  for (let key = 0; key < count; key++) store.put(key, `value ${key}`);
  return store;
}

describe('iterators', () => {
  test('go on by key: what others change before them is seen', () => {
    const store = numbers(100);
    const keys = store.keys();
    for (let key = 0; key < 16; key++) expect(keys.next().value).toBe(key);
    for (let key = 20; key < 90; key++) store.del(key);
    store.put(16.5, 'between');
    expect([...keys]).toEqual([16, 16.5, 17, 18, 19, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
  });

  test('can be left early and interleaved', () => {
    const store = numbers(60);
    const up = store.keys({ gte: 10 });
    const down = store.values({ reverse: true, lt: 10 });
    for (let i = 0; i < 10; i++) {
      expect(up.next().value).toBe(10 + i);
      expect(down.next().value).toBe(`value ${9 - i}`);
    }
    expect(down.next()).toEqual({ value: undefined, done: true });
    for (const key of up) if (key === 25) break;
    expect(up.next()).toEqual({ value: undefined, done: true });
    const builtIn: object = Object.getPrototypeOf(Object.getPrototypeOf([].values()));
    expect(builtIn.isPrototypeOf(store.keys())).toBe(true);
  });

  test('all bounds together must hold', () => {
    const store = numbers(40);
    expect([...store.keys({ gt: 5, gte: 3, lt: 9, lte: 20 })]).toEqual([6, 7, 8]);
    expect([...store.keys({ gt: 5, gte: 5, lte: 7, lt: 7 })]).toEqual([6]);
    expect([...store.keys({ gt: 9, lt: 3 })]).toEqual([]);
    expect([...store.keys({ limit: 0 })]).toEqual([]);
    expect([...store.keys({ gte: 38, limit: Infinity, lt: undefined })]).toEqual([38, 39]);
  });
});

describe('views', () => {
  test('read nests, also with reads and iterations inside', () => {
    const store = numbers(50);
    const seen = store.read(1, (outer) => store.read(2, (inner) => {
      expect([...store.keys({ limit: 20 })]).toHaveLength(20);
      expect(store.get(3)).toBe('value 3');
      return [outer, inner].map((view) => JSON.parse(Buffer.from(view).toString()) as string);
    }));
    expect(seen).toEqual(['value 1', 'value 2']);
    expect(store.read(77, () => 'called')).toBeUndefined();
  });

  test('a view stays as it is while its frame is overwritten and cleaned', () => {
    const core = toyRegion({ kib: 192, outputBytes: 256 });
    const store = storeOn<string, string>(core, { valueEncoding: 'utf8' });
    const other = storeOn<string, string>(joined(core), { valueEncoding: 'utf8' });
    store.put('seen', 'first value');
    store.read('seen', (view) => {
      // Until nothing more can be written without the memory that the view needs.
      let writes = 0;
      while (writes < 60 && codeOf(() => other.put('seen', `${writes}`.padEnd(500))) !== 'FULL') {
        writes++;
      }
      expect(Buffer.from(view).toString()).toBe('first value');
    });
    other.put('seen', 'last value');
    expect(store.get('seen')).toBe('last value');
  });

  test('readRange shows encoded entries in order until it is told to stop', () => {
    const store = numbers(300);
    const seen: number[] = [];
    store.readRange({ gte: 100, lt: 250 }, (key, value) => {
      expect(key.length).toBeGreaterThan(0);
      seen.push(Number(Buffer.from(value).toString().replace(/\D/g, '')));
      store.get(0);
      return seen.length < 140 ? undefined : false;
    });
    expect(seen).toEqual(Array.from({ length: 140 }, (_, i) => 100 + i));
  });

  test('an error in the function ends the pin', () => {
    const store = numbers(20);
    const error = new Error('mine');
    const fail = (): never => { throw error; };
    expect(() => store.read(1, fail)).toThrow(error);
    expect(() => store.readRange({}, fail)).toThrow(error);
    expect(store.check().problems).toEqual([]);
  });
});

describe('outcomes', () => {
  const named = (name: string): Store<number, string> => {
    const core = toyRegion();
    claimIdentity(core, nameBytes(name));
    return storeOn<number, string>(core, {}, true);
  };

  test('every write is counted, or has the number that it was given', () => {
    const store = named('worker 1');
    expect(store.lastOutcome('nobody')).toBeUndefined();
    store.put(1, 'a');
    store.put(2, 'b');
    expect(store.lastOutcome('worker 1')?.sequence).toBe(2n);
    store.put(3, 'c', { sequence: 2n ** 40n });
    expect(store.lastOutcome('worker 1')?.sequence).toBe(2n ** 40n);
    store.batch([{ type: 'put', key: 4, value: 'd' }]);
    expect(store.lastOutcome('worker 1')?.sequence).toBe(2n ** 40n + 1n);
    const before = store.lastOutcome('worker 1')?.version ?? 0n;
    store.transaction((tx) => tx.del(4), { sequence: 2n ** 64n - 1n });
    const after = store.lastOutcome('worker 1');
    expect(after?.sequence).toBe(2n ** 64n - 1n);
    expect(after?.version).toBeGreaterThan(before);
  });

  test('what did not happen is not recorded', () => {
    const store = named('worker 2');
    store.put(1, 'a', { sequence: 7n });
    expect(store.del(99, { sequence: 8n })).toBe(false);
    const tooLarge = 'v'.repeat(10 ** 6);
    expect(codeOf(() => store.put(1, tooLarge, { sequence: 9n }))).toBe('VALUE_TOO_LARGE');
    expect(store.lastOutcome('worker 2')?.sequence).toBe(7n);
    store.put(1, 'b');
    expect(store.lastOutcome('worker 2')?.sequence).toBe(8n);
  });

  test('a name belongs to one living instance', () => {
    const core = toyRegion();
    claimIdentity(core, nameBytes('taken'));
    const other = joined(core);
    expect(codeOf(() => claimIdentity(other, nameBytes('taken')))).toBe('IDENTITY_IN_USE');
    for (const name of ['b', 'c', 'd']) claimIdentity(other, nameBytes(name));
    expect(codeOf(() => claimIdentity(other, nameBytes('one too many')))).toBe('FULL');
  });
});
