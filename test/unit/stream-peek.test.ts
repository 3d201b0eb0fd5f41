/**
 * Looking into a stream without being a consumer: peek, and the names of groups.
 */
import { expect, test } from 'vitest';
import { codeOf } from './store-support.js';
import { drain, numbered, stores, upTo } from './stream-support.js';

const CAPACITY = 65536;

/** The numbers and offsets of what peek sees. */
function seen(messages: Iterable<{ offset: number; bytes: Uint8Array }>): [number, number][] {
  return Array.from(messages, ({ offset, bytes }) =>
    [offset, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)]);
}

const pairs = (numbers: readonly number[]): [number, number][] => numbers.map((n) => [n, n]);

test('peek sees every message and moves no group', () => {
  const [store, other] = stores(2);
  const stream = store.createStream('s', { capacity: CAPACITY });
  const consumer = stream.subscribe({ group: 'a' });
  for (const i of upTo(300)) stream.push(numbered(i, 8 + (i % 50)));
  const theirs = other.stream('s');
  expect(seen(theirs.peek())).toEqual(pairs(upTo(300)));
  expect(seen(theirs.peek(0, { from: 290 }))).toEqual(pairs(upTo(300).slice(290)));
  expect(seen(theirs.peek(0, { from: 100, limit: 3 }))).toEqual(pairs([100, 101, 102]));
  expect([seen(theirs.peek(0, { from: 300 })), seen(theirs.peek(0, { limit: 0 }))])
    .toEqual([[], []]);
  expect(theirs.lag('a')).toBe(300);
  expect(drain(consumer)).toEqual(upTo(300));
});

test('peek passes over what is gone, also between two steps', () => {
  const [store] = stores(1);
  const stream = store.createStream('s', { capacity: 4096 });
  const consumer = stream.subscribe({ group: 'a' });
  let count = 0;
  const fill = (): void => {
    for (;; count++) stream.push(numbered(count, 100), { overflow: 'error' });
  };
  expect(codeOf(fill)).toBe('STREAM_FULL');
  const peeking = stream.peek();
  expect(peeking.next().value).toMatchObject({ offset: 0 });
  drain(consumer);
  expect(codeOf(fill)).toBe('STREAM_FULL');
  const offsets = Array.from(peeking, ({ offset }) => offset);
  expect(offsets.every((offset, i) => i === 0 || offset > offsets[i - 1])).toBe(true);
  const rest = seen(stream.peek());
  expect(rest[0][0]).toBeGreaterThan(0);
  expect(rest.at(-1)).toEqual([count - 1, count - 1]);
});

test('peek reads rows and partitions, and what it gave stays as it was', () => {
  const [store] = stores(1);
  const stream = store.createStream('s', { capacity: CAPACITY, rowBytes: 8, partitions: 2 });
  for (const i of upTo(20)) stream.push(numbered(i), { partition: 1 });
  const messages = [...stream.peek(1)];
  store.stream('s').destroy();
  expect(seen(messages)).toEqual(pairs(upTo(20)));
});

test('peek does not see what comes after the call, and ends with its stream', () => {
  const [store] = stores(1);
  const stream = store.createStream('s', { capacity: CAPACITY });
  stream.push(numbered(0));
  const peeking = stream.peek();
  stream.push(numbered(1));
  expect(seen(peeking)).toEqual(pairs([0]));
  const late = stream.peek();
  stream.destroy();
  expect(codeOf(() => [...late])).toBe('STREAM_DESTROYED');
  expect(codeOf(() => stream.peek())).toBe('STREAM_DESTROYED');
});

test('peek refuses what is no place in the stream', () => {
  const [store] = stores(1);
  const stream = store.createStream('s', { capacity: CAPACITY });
  expect(() => stream.peek(1)).toThrow(TypeError);
  expect(() => stream.peek(0, { from: -1 })).toThrow(TypeError);
  expect(() => stream.peek(0, { limit: 0.5 })).toThrow(TypeError);
});

test('groups are named in order', () => {
  const [store] = stores(1);
  const stream = store.createStream('s', { capacity: CAPACITY });
  const another = store.createStream('t', { capacity: CAPACITY });
  expect(stream.groups()).toEqual([]);
  for (const group of ['b', 'a', '\u00e4']) stream.subscribe({ group }).close();
  another.subscribe({ group: 'elsewhere' }).close();
  expect(stream.groups()).toEqual(['a', 'b', '\u00e4']);
});
