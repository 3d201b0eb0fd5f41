/**
 * Wrong arguments of streams, and calls at the wrong time.
 */
import { describe, expect, test } from 'vitest';
import type { StreamOptions } from '../../src/stream/options.js';
import { codeOf } from './store-support.js';
import { numbered, stores } from './stream-support.js';

describe('createStream', () => {
  test('finds the stream that was made with the same options', () => {
    const [store, other] = stores(2);
    const options = { partitions: 2, rowBytes: 8, capacity: 8192 };
    store.createStream('s', options);
    expect(store.stream('s')).toBe(store.createStream('s', options));
    const { name, partitions, rowBytes, capacity } = other.createStream('s', options);
    expect({ name, partitions, rowBytes, capacity }).toEqual({ name: 's', ...options });
    expect(codeOf(() => other.createStream('s'))).toBe('STREAM_MISMATCH');
    expect(codeOf(() => other.createStream('s', { ...options, rowBytes: 4 })))
      .toBe('STREAM_MISMATCH');
  });

  test('makes streams that can be listed and found', () => {
    const [store, other] = stores(2);
    for (const name of ['b', 'a', '\u00e9']) store.createStream(name);
    expect(other.streams()).toEqual(['a', 'b', '\u00e9']);
    expect(other.stream('b').partitions).toBe(1);
    expect(codeOf(() => other.stream('c'))).toBe('STREAM_NOT_FOUND');
  });

  test.each<[string, StreamOptions]>([
    ['partitions', { partitions: 0 }], ['partitions', { partitions: 257 }],
    ['partitions', { partitions: 1.5 }], ['rowBytes', { rowBytes: 0 }],
    ['rowBytes', { rowBytes: 6 }], ['capacity', { capacity: 10 }],
    ['capacity', { rowBytes: 4096, capacity: 8192 }], ['size', { size: 1 } as StreamOptions],
  ])('refuses a wrong %s', (what, options) => {
    const [store] = stores(1);
    expect(() => store.createStream('s', options)).toThrow(what);
    expect(() => store.createStream('s', options)).toThrow(TypeError);
  });

  test.each([[''], ['x'.repeat(256)], [7], [undefined]])('refuses the name %s', (name) => {
    const [store] = stores(1);
    for (const call of [
      () => store.createStream(name as string), () => store.stream(name as string),
      () => store.createStream('s').subscribe({ group: name as string }),
    ]) expect(call).toThrow(TypeError);
  });
});

describe('wrong arguments', () => {
  const stream = () => stores(1)[0].createStream('s', { partitions: 2 });

  test.each<[string, () => unknown]>([
    ['push: partition', () => stream().push(numbered(1), { partition: 2 })],
    ['push: both', () => stream().push(numbered(1), { partition: 1, key: 'a' })],
    ['push: key', () => stream().push(numbered(1), { key: true as never })],
    ['push: name', () => stream().push(numbered(1), { keys: 1 } as never)],
    ['push: timeout', () => stream().push(numbered(1), { timeout: -1 })],
    ['writer: overflow', () => stream().writer({ overflow: 'drop' as never })],
    ['writer: timeout', () => stream().writer({ timeout: NaN })],
    ['writer: name', () => stream().writer({ budget: 1 } as never)],
    ['append: no bytes', () => stream().writer().append([1] as never)],
    ['append: partition', () => stream().writer().append(numbered(1), 2)],
    ['append: key', () => stream().writer().append(numbered(1), null as never)],
    ['rows: no rows', () => stream().writer().rows(0)],
    ['subscribe: nothing', () => stream().subscribe(undefined as never)],
    ['subscribe: from', () => stream().subscribe({ group: 'g', from: 'now' as never })],
    ['subscribe: signal', () => stream().subscribe({ group: 'g', signal: {} as never })],
    ['subscribe: partitions', () => stream().subscribe({ group: 'g', partitions: [2] })],
    ['subscribe: no partitions', () => stream().subscribe({ group: 'g', partitions: [] })],
    ['nextSync: timeout', () => stream().subscribe({ group: 'g' }).nextSync(-1)],
    ['tail: partition', () => stream().tail(2)],
  ])('%s', (_, call) => {
    expect(call).toThrow(TypeError);
  });
});

describe('inside a transaction', () => {
  test('streams are not touched', () => {
    const [store] = stores(1);
    const stream = store.createStream('s');
    const consumer = stream.subscribe({ group: 'g' });
    for (const call of [
      () => stream.push(numbered(1)), () => consumer.nextSync(0), () => stream.destroy(),
      () => store.createStream('t'), () => stream.subscribe({ group: 'h' }),
      () => stream.writer(), () => store.stream('s'), () => store.streams(),
      () => stream.lag('g'),
    ]) expect(() => store.transaction(call)).toThrow(TypeError);
    expect(stream.tail()).toBe(0);
  });
});

describe('after close', () => {
  test('every call says CLOSED', async () => {
    const [store] = stores(1);
    const stream = store.createStream('s');
    await store.close();
    for (const call of [
      () => store.createStream('s'), () => store.stream('s'), () => store.streams(),
      () => stream.push(numbered(1)), () => stream.writer(), () => stream.tail(),
      () => stream.lag('g'), () => stream.destroy(), () => stream.subscribe({ group: 'g' }),
    ]) expect(codeOf(call)).toBe('CLOSED');
  });
});
