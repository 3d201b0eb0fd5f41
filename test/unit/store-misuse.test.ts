/**
 * Wrong input: coded errors for what can happen to correct programs, type errors for mistakes, and
 * in every case a store that is as it was.
 */
import { describe, expect, test } from 'vitest';
import type { Range } from '../../src/map/range.js';
import type { Store } from '../../src/store.js';
import type { ValueCodec } from '../../src/codec/value.js';
import { codeOf, storeOn, toyRegion } from './store-support.js';

const text = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const;

const toyStore = (): Store<string, string> => storeOn<string, string>(toyRegion(), text);

describe('sizes', () => {
  test('a key that is too long is refused by every verb and changes nothing', () => {
    const store = toyStore();
    store.put('k'.repeat(112), 'as long as a key may be here');
    const key = 'k'.repeat(113);
    const calls = [
      () => store.get(key), () => store.has(key), () => store.put(key, ''), () => store.del(key),
      () => store.getMany(['a', key]), () => store.read(key, () => 0),
      () => store.batch([{ type: 'put', key: 'a', value: '' }, { type: 'del', key }]),
      () => store.entries({ gte: key }), () => store.entries({ prefix: key }),
      () => store.transaction((tx) => tx.put(key, '')),
    ];
    expect(calls.map(codeOf)).toEqual(calls.map(() => 'KEY_TOO_LARGE'));
    expect([...store.keys()]).toEqual(['k'.repeat(112)]);
  });

  test('a value that no such region could hold is refused before anything is allocated', () => {
    const store = toyStore();
    const before = store.stats().bytes.free;
    const value = 'v'.repeat(300_000);
    const calls = [
      () => store.put('a', value),
      () => store.batch([{ type: 'put', key: 'a', value }]),
      () => store.transaction((tx) => tx.put('a', value)),
    ];
    expect(calls.map(codeOf)).toEqual(calls.map(() => 'VALUE_TOO_LARGE'));
    expect(store.stats().bytes.free).toBe(before);
    expect([...store]).toEqual([]);
  });

  test('keys that share more bytes than the region can tell apart are refused', () => {
    const store = storeOn<string, string>(toyRegion({ keyBytes: 1024, locks: 16 }), text);
    store.put('k'.repeat(900), 'first');
    expect(codeOf(() => store.put(`${'k'.repeat(899)}z`, 'second'))).toBe('KEY_TOO_LARGE');
    expect([...store.values()]).toEqual(['first']);
  });

  test('a value that does not fit now is FULL, and after a delete it does', () => {
    const store = toyStore();
    const value = 'v'.repeat(9000);
    let count = 0;
    while (codeOf(() => store.put(`key ${count}`, value)) === 'nothing thrown') count++;
    expect(codeOf(() => store.put('one more', value))).toBe('FULL');
    expect(codeOf(() => store.batch([{ type: 'put', key: 'x', value }]))).toBe('FULL');
    expect(codeOf(() => store.transaction((tx) => tx.put('x', value)))).toBe('FULL');
    expect([...store.keys()]).toHaveLength(count);
    expect(store.del('key 0')).toBe(true);
    expect(store.del('key 1')).toBe(true);
    store.put('one more', value);
    expect(store.get('one more')).toBe(value);
    expect(store.check().problems).toEqual([]);
  });
});

describe('after close', () => {
  test('every verb throws CLOSED, close does not', async () => {
    const store = toyStore();
    store.put('a', 'b');
    const started = store.keys();
    started.next();
    const closing = store.close();
    expect(store.status).toBe('closed');
    const calls = [
      () => store.get('a'), () => store.has('a'), () => store.getMany(['a']),
      () => store.put('a', ''), () => store.del('a'), () => store.batch([]),
      () => store.entries(), () => store.keys(), () => store.values(), () => started.next(),
      () => store.read('a', () => 0), () => store.readRange({}, () => undefined),
      () => store.transaction(() => 0), () => store.lastOutcome('me'), () => store.check(),
      () => store.stats(),
    ];
    expect(calls.map(codeOf)).toEqual(calls.map(() => 'CLOSED'));
    await closing;
    await expect(store.close()).resolves.toBeUndefined();
  });

  test('using closes at the end of the block', async () => {
    let store: Store<string, string>;
    {
      await using inner = toyStore();
      store = inner;
      expect(store.status).toBe('open');
    }
    expect(store.status).toBe('closed');
  });

  test('a function that uses the store cannot close it', async () => {
    const store = toyStore();
    store.put('a', 'b');
    const closing = store.read('a', () => [store.close()])?.[0];
    await expect(closing).rejects.toThrow(TypeError);
    expect(store.get('a')).toBe('b');
  });
});

describe('type errors', () => {
  test.each([
    { from: 'a' }, { limit: -1 }, { limit: 1.5 }, { limit: '3' }, { reverse: 1 }, 'a', ['a'], null,
  ])('the range %j', (range) => {
    const store = toyStore();
    for (const verb of ['entries', 'keys', 'values'] as const) {
      expect(() => store[verb](range as Range<string>)).toThrow(TypeError);
    }
    expect(() => store.readRange(range as Range<string>, () => undefined)).toThrow(TypeError);
  });

  test('arguments of another type than the verbs take', () => {
    const store = toyStore() as unknown as Record<string, (...given: unknown[]) => unknown>;
    const calls: [string, ...unknown[]][] = [
      ['getMany', 'abc'], ['read', 'a'], ['read', 'a', 3], ['readRange', {}], ['batch', 'abc'],
      ['batch', [{ type: 'set', key: 'a', value: 'b' }]], ['batch', [undefined]],
      ['batch', [], { sync: true }], ['put', 'a', 'b', 7], ['put', 'a', 'b', { sequence: 1 }],
      ['put', 'a', 'b', { sequence: 0n }], ['put', 'a', 'b', { sequence: 2n ** 64n }],
      ['put', 'a', 'b', { sequence: 1n }], ['del', 'a', { sequnce: 1n }], ['lastOutcome', ''],
      ['lastOutcome', 'x'.repeat(33)], ['lastOutcome', 5],
    ];
    for (const [verb, ...given] of calls) {
      expect(() => store[verb](...given), `${verb} ${String(given)}`).toThrow(TypeError);
    }
    expect(store['has']('a')).toBe(false);
  });

  test('keys and values of another type than the encodings take are ENCODING', () => {
    const store = toyStore() as unknown as Store<unknown, unknown>;
    const calls = [
      () => store.get(1), () => store.put('a', 1), () => store.put(1, 'a'),
      () => store.batch([
        { type: 'put', key: 'b', value: 'c' }, { type: 'put', key: 'a', value: 1 },
      ]),
      () => store.entries({ gt: 5 }),
    ];
    expect(calls.map(codeOf)).toEqual(calls.map(() => 'ENCODING'));
    expect([...store]).toEqual([]);
  });

  test('a function given to read must not be async', () => {
    const store = toyStore();
    store.put('a', 'b');
    // That it fails later must not end the process: it is refused already.
    expect(() => store.read('a', () => Promise.reject(new Error('later')))).toThrow(TypeError);
    expect(store.read('a', (view) => view[0])).toBe('b'.charCodeAt(0));
  });
});

describe('codecs of the user', () => {
  /** A codec for texts whose steps a test can replace. */
  const codecWith = (own: Partial<ValueCodec<string>>): ValueCodec<string> => ({
    maxBytes: (value) => value.length,
    encodeInto: (value, target) => Buffer.from(target.buffer, target.byteOffset).write(value),
    decode: (view) => Buffer.from(view).toString(),
    ...own,
  });

  test('work', () => {
    const store = storeOn<string, string>(toyRegion(), {
      keyEncoding: {
        encode: (key, target, offset) => {
          target.set(Buffer.from(key), offset);
          return key.length;
        },
        decode: (source, start, end) => Buffer.from(source.slice(start, end)).toString(),
      },
      valueEncoding: codecWith({}),
    });
    store.put('b', 'two');
    store.batch([{ type: 'put', key: 'a', value: 'one' }]);
    expect([...store.entries({ prefix: 'a' })]).toEqual([['a', 'one']]);
    expect(store.get('b')).toBe('two');
  });

  test.each<[string, Partial<ValueCodec<string>>]>([
    ['maxBytes is negative', { maxBytes: () => -1 }],
    ['maxBytes is no number', { maxBytes: () => NaN }],
    ['encodeInto says more than there is room', { encodeInto: () => 1000 }],
    ['encodeInto says nothing', { encodeInto: () => undefined as unknown as number }],
  ])('are not believed when %s', (_, own) => {
    const store = storeOn<string, string>(toyRegion(), { ...text, valueEncoding: codecWith(own) });
    expect(() => store.put('a', 'value')).toThrow(TypeError);
    expect(() => store.batch([{ type: 'put', key: 'a', value: 'value' }])).toThrow(TypeError);
    expect(store.has('a')).toBe(false);
    expect(store.check().problems).toEqual([]);
  });

  test('must not use their own store in the middle of an operation', () => {
    const core = toyRegion();
    const stores: Store<string, string>[] = [];
    const use = (): void => { stores[0].put('inner', 'value'); };
    stores.push(storeOn<string, string>(core, {
      ...text,
      valueEncoding: codecWith({
        encodeInto: () => {
          use();
          return 0;
        },
      }),
    }));
    expect(() => stores[0].put('a', 'value')).toThrow(TypeError);
    expect([...stores[0].keys()]).toEqual([]);
    expect(stores[0].status).toBe('open');
  });

  test('toJSON may use the store: it runs before the operation', () => {
    const store = storeOn<string, unknown>(toyRegion());
    const value = {
      toJSON: () => {
        store.put('a key that is longer than eight bytes', 'inner');
        return 'outer';
      },
    };
    store.put('another key that is long', value);
    expect([...store]).toEqual([
      ['a key that is longer than eight bytes', 'inner'], ['another key that is long', 'outer'],
    ]);
  });
});
