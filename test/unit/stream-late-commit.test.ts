/**
 * Consumers that commit late, and many batches at once: nothing is settled but by them.
 */
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/stream/batch.js';
import type { Consumer } from '../../src/stream/consumer.js';
import { codeOf } from './store-support.js';
import { drain, numbered, numbersOf, stores, upTo } from './stream-support.js';
import type { Value } from './stream-support.js';

type TestBatch = Batch<string, Value>;

const late = { group: 'a', autoCommit: false } as const;

/** Batches of one message each, in turn from all partitions. */
function batchesOf(consumer: Consumer<string, Value>): TestBatch[] {
  const batches: TestBatch[] = [];
  for (let batch = consumer.nextSync(0); batch !== undefined; batch = consumer.nextSync(0)) {
    batches.push(batch);
  }
  return batches;
}

/** A stream with so many messages in each partition, all of them in extents of their own. */
function filled(each: number, partitions = 1) {
  const [store, other] = stores(2);
  const stream = store.createStream('s', { partitions, capacity: 65536 });
  const push = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      // Messages that go elsewhere keep extents of one partition apart.
      for (let partition = 0; partition < partitions; partition++) {
        stream.push(numbered(i), { partition });
      }
    }
  };
  push(0, each);
  return { store, stream, push, theirs: other.stream('s') };
}

describe('a consumer without autoCommit', () => {
  test('settles nothing by asking on, sleeping or leaving', () => {
    const { stream, theirs } = filled(40);
    const consumer = stream.subscribe(late);
    expect(drain(consumer)).toEqual(upTo(40));
    expect(consumer.nextSync(1)).toBe(undefined);
    expect(stream.lag('a')).toBe(40);
    consumer.close();
    expect(drain(theirs.subscribe(late))).toEqual(upTo(40));
  });

  test('commits all batches of a partition with the last, and those of no other', () => {
    const { stream, push } = filled(3, 2);
    const consumer = stream.subscribe(late);
    const batches = [...batchesOf(consumer)];
    push(3, 5);
    batches.push(...batchesOf(consumer));
    const last = batches.findLast(({ partition }) => partition === 1)!;
    last.commit();
    expect(stream.lag('a')).toBe(5);
    for (const batch of batches.filter(({ partition }) => partition === 1)) {
      expect(codeOf(() => batch.commit())).toBe('LEASE_LOST');
      expect(codeOf(() => batch.transaction(() => 1))).toBe('LEASE_LOST');
    }
    batches.findLast(({ partition }) => partition === 0)!.commit();
    expect(stream.lag('a')).toBe(0);
  });

  test('can commit a part and the rest later', () => {
    const { stream, push } = filled(2);
    const consumer = stream.subscribe(late);
    const [first] = batchesOf(consumer);
    push(2, 4);
    const second = batchesOf(consumer).at(-1)!;
    first.commit();
    expect(stream.lag('a')).toBe(2);
    second.transaction((tx) => tx.put('done', 1));
    expect(stream.lag('a')).toBe(0);
  });

  test('keeps the present batch readable while it commits an older one', () => {
    const { stream, push } = filled(2);
    const consumer = stream.subscribe(late);
    const first = consumer.nextSync(0)!;
    push(2, 4);
    const second = consumer.nextSync(0)!;
    expect(numbersOf(first)).toEqual([]);
    first.commit();
    expect(numbersOf(second)).toEqual([2, 3]);
    second.commit();
    expect(numbersOf(second)).toEqual([]);
  });

  test('cannot commit what came before its partition was somewhere else', () => {
    const { store, stream, theirs } = filled(4, 2);
    const mine = stream.subscribe(late);
    const before = batchesOf(mine);
    const other = theirs.subscribe(late);
    expect(drain(other)).toEqual([]);
    expect(drain(mine)).toEqual([]);
    // The other member has one of the partitions now, does nothing with it, and leaves.
    const [partition] = [0, 1].filter((one) => !mine.partitions.includes(one));
    expect(drain(other)).toEqual(upTo(4));
    other.close();
    const after = batchesOf(mine);
    expect(after.flatMap(({ count }) => count)).toEqual([4]);
    const old = before.findLast((batch) => batch.partition === partition)!;
    const [again] = after;
    expect(again.partition).toBe(partition);
    expect(again.lease).not.toBe(old.lease);
    expect(codeOf(() => old.transaction((tx) => tx.put('twice', 1)))).toBe('LEASE_LOST');
    expect(store.get('twice')).toBe(undefined);
    again.commit();
    const kept = before.findLast((batch) => batch.partition !== partition)!;
    expect(kept.lease).toBe(before.find((batch) => batch.partition !== partition)!.lease);
    kept.commit();
    expect(stream.lag('a')).toBe(0);
  });

  test('is asked for by a boolean', () => {
    const { stream } = filled(0);
    const wrong = { group: 'a', autoCommit: 1 } as unknown as { group: string };
    expect(() => stream.subscribe(wrong)).toThrow(TypeError);
  });
});
