/**
 * Ways out of a stream: groups, offsets, batches and their time, and how consumers share.
 */
import { describe, expect, test } from 'vitest';
import type { Batch } from '../../src/stream/batch.js';
import type { Consumer } from '../../src/stream/consumer.js';
import { codeOf } from './store-support.js';
import { drain, numbered, numbersOf, stores, upTo } from './stream-support.js';
import type { Value } from './stream-support.js';

type TestConsumer = Consumer<string, Value>;

/** A stream with so many messages in partition 0, and another instance of its store. */
function filled(count: number, partitions = 1) {
  const [store, other] = stores(2);
  const stream = store.createStream('s', { partitions, capacity: 65536 });
  for (let i = 0; i < count; i++) stream.push(numbered(i), { partition: 0 });
  return { store, other, stream, theirs: other.stream('s') };
}

describe('groups', () => {
  test('get every message each, from the oldest on', () => {
    const { stream, theirs } = filled(20);
    const consumers = [stream.subscribe({ group: 'a' }), theirs.subscribe({ group: 'b' })];
    for (const consumer of consumers) expect(drain(consumer)).toEqual(upTo(20));
    expect([stream.lag('a'), theirs.lag('b'), stream.lag('c')]).toEqual([0, 0, undefined]);
  });

  test('begin behind the newest message if they want to', () => {
    const { stream } = filled(20);
    const consumer = stream.subscribe({ group: 'a', from: 'latest' });
    expect(drain(consumer)).toEqual([]);
    stream.push(numbered(20));
    expect(drain(consumer)).toEqual([20]);
  });

  test('go on where they are', () => {
    const { stream, theirs } = filled(20);
    const first = stream.subscribe({ group: 'a' });
    first.nextSync(0)!.commit();
    first.close();
    stream.push(numbered(20));
    expect(drain(theirs.subscribe({ group: 'a', from: 'earliest' }))).toEqual([20]);
  });

  test('lag by what they have not committed', () => {
    const { stream } = filled(20, 2);
    const consumer = stream.subscribe({ group: 'a' });
    stream.push(numbered(20), { partition: 1 });
    expect(stream.lag('a')).toBe(21);
    const batch = consumer.nextSync(0)!;
    expect(stream.lag('a')).toBe(21);
    batch.commit();
    expect(stream.lag('a')).toBe(21 - batch.count);
  });

  test('hold up the stream until all of them have had a message', () => {
    const { stream } = filled(0);
    const fast = stream.subscribe({ group: 'fast' });
    const slow = stream.subscribe({ group: 'slow' });
    let count = 0;
    const fill = (): void => {
      for (;; count++) stream.push(numbered(count, 1000), { overflow: 'error' });
    };
    expect(codeOf(fill)).toBe('STREAM_FULL');
    const first = count;
    expect(drain(fast)).toEqual(upTo(first));
    expect(codeOf(fill)).toBe('STREAM_FULL');
    expect(count).toBe(first);
    expect(drain(slow)).toEqual(upTo(first));
    expect(codeOf(fill)).toBe('STREAM_FULL');
    expect(count).toBeGreaterThan(first);
  });
});

describe('a batch', () => {
  test('is committed when the next one is asked for', () => {
    const { stream, theirs } = filled(3);
    const consumer = stream.subscribe({ group: 'a' });
    expect(numbersOf(consumer.nextSync(0))).toEqual([0, 1, 2]);
    expect(stream.lag('a')).toBe(3);
    expect(consumer.nextSync(0)).toBe(undefined);
    expect(theirs.lag('a')).toBe(0);
  });

  test('that was never committed comes again', () => {
    const { stream, theirs } = filled(3);
    const consumer = stream.subscribe({ group: 'a' });
    consumer.nextSync(0);
    consumer.close();
    expect(drain(theirs.subscribe({ group: 'a' }))).toEqual([0, 1, 2]);
  });

  test('shows its messages by one cursor', () => {
    const { stream } = filled(0);
    const message = new Uint8Array(20);
    const view = new DataView(message.buffer);
    view.setInt32(0, -5, true);
    view.setFloat64(6, 0.1, true);
    message[19] = 255;
    for (let i = 0; i < 3; i++) stream.push(message);
    const batch = stream.subscribe({ group: 'a' }).nextSync(0)!;
    const seen = new Set<object>();
    for (const one of batch) {
      seen.add(one);
      expect([one.i32(0), one.u32(0), one.f64(6), one.u8(19), one.length])
        .toEqual([-5, 2 ** 32 - 5, 0.1, 255, 20]);
      expect(one.bytes()).toEqual(message);
      for (const at of [17, -1, 20]) expect(() => one.u32(at)).toThrow(RangeError);
    }
    expect(seen.size).toBe(1);
    expect(Array.from(batch, ({ offset }) => offset)).toEqual([0, 1, 2]);
    expect([batch.partition, batch.firstOffset, batch.count]).toEqual([0, 0, 3]);
  });

  test('shows nothing when its time is over, and cannot be committed', () => {
    const { stream } = filled(3);
    const consumer = stream.subscribe({ group: 'a' });
    const batch = consumer.nextSync(0)!;
    batch.commit();
    expect([batch.u8.length, batch.i32.length, numbersOf(batch)]).toEqual([0, 0, []]);
    expect(codeOf(() => batch.commit())).toBe('LEASE_LOST');
    stream.push(numbered(3));
    const next = consumer.nextSync(0)!;
    consumer.nextSync(0);
    expect(codeOf(() => next.commit())).toBe('LEASE_LOST');
    expect(codeOf(() => next.transaction(() => 1))).toBe('LEASE_LOST');
  });
});

describe('a transaction of a batch', () => {
  const counting = (batch: Batch<string, Value>): number => batch.transaction((tx) => {
    const sum = (tx.get('sum') ?? 0) + numbersOf(batch).reduce((a, b) => a + b, 0);
    tx.put('sum', sum);
    return sum;
  });

  test('changes the map and the offset as one', () => {
    const { store, stream, theirs } = filled(5);
    const consumer = stream.subscribe({ group: 'a' });
    expect(counting(consumer.nextSync(0)!)).toBe(10);
    expect([store.get('sum'), stream.lag('a')]).toEqual([10, 0]);
    consumer.close();
    expect(drain(theirs.subscribe({ group: 'a' }))).toEqual([]);
  });

  test('changes nothing when its function throws; the batch can be tried again', () => {
    const { store, stream } = filled(5);
    const batch = stream.subscribe({ group: 'a' }).nextSync(0)!;
    expect(() => batch.transaction((tx) => {
      tx.put('sum', 1);
      throw new RangeError('as planned');
    })).toThrow(RangeError);
    expect([store.get('sum'), stream.lag('a')]).toEqual([undefined, 5]);
    expect(counting(batch)).toBe(10);
  });

  test('runs again after a conflict, and moves the offset once', () => {
    const { store, other, stream } = filled(5);
    const batch = stream.subscribe({ group: 'a' }).nextSync(0)!;
    let runs = 0;
    batch.transaction((tx) => {
      const sum = tx.get('sum') ?? 0;
      if (runs++ === 0) other.put('sum', 100);
      tx.put('sum', sum + 1);
    });
    expect([runs, store.get('sum'), stream.lag('a')]).toEqual([2, 101, 0]);
  });

  test('that only reads moves the offset, too', () => {
    const { stream } = filled(5);
    const batch = stream.subscribe({ group: 'a' }).nextSync(0)!;
    expect(batch.transaction((tx) => tx.get('sum'))).toBe(undefined);
    expect(stream.lag('a')).toBe(0);
  });
});

describe('members of a group', () => {
  const partitionsOf = (consumers: TestConsumer[]): number[] =>
    consumers.flatMap(({ partitions }) => partitions).toSorted((a, b) => a - b);

  /** Asks everybody twice: who gives comes before who takes. */
  const settle = async (consumers: TestConsumer[]): Promise<void> => {
    for (let i = 0; i < 2; i++) {
      // Shares are looked at again after a while.
      await new Promise((resolve) => { setTimeout(resolve, 30); });
      for (const consumer of consumers) consumer.nextSync(0);
    }
  };

  test('share the partitions, and give some to who comes later', async () => {
    const all = stores(3);
    const stream = all[0].createStream('s', { partitions: 5 });
    const first = stream.subscribe({ group: 'a' });
    first.nextSync(0);
    expect(first.partitions).toEqual([0, 1, 2, 3, 4]);
    const others = all.slice(1).map((store) => store.stream('s').subscribe({ group: 'a' }));
    await settle([first, ...others]);
    expect(partitionsOf([first, ...others])).toEqual([0, 1, 2, 3, 4]);
    expect([first, ...others].map(({ partitions }) => partitions.length)).toEqual([2, 2, 1]);
    others[0].close();
    await settle([first, others[1]]);
    expect(partitionsOf([first, others[1]])).toEqual([0, 1, 2, 3, 4]);
  });

  test('each get messages of their own partitions, in order', async () => {
    const [store, other] = stores(2);
    const stream = store.createStream('s', { partitions: 4 });
    const members = [stream, other.stream('s')].map((one) => one.subscribe({ group: 'a' }));
    await settle(members);
    for (let i = 0; i < 400; i++) stream.push(numbered(i), { partition: i % 4 });
    const seen = members.map((member) => drain(member));
    expect(seen.map(({ length }) => length)).toEqual([200, 200]);
    for (const partition of upTo(4)) {
      const own = seen.flat().filter((number) => number % 4 === partition);
      expect(own).toEqual(upTo(100).map((i) => 4 * i + partition));
    }
  });

  test('read the partitions that they name', () => {
    const [store, other] = stores(2);
    const stream = store.createStream('s', { partitions: 3 });
    const one = stream.subscribe({ group: 'a', partitions: [2, 0] });
    const two = other.stream('s').subscribe({ group: 'a', partitions: [1] });
    for (let i = 0; i < 9; i++) stream.push(numbered(i), { partition: i % 3 });
    expect(drain(one).toSorted((a, b) => a - b)).toEqual([0, 2, 3, 5, 6, 8]);
    expect(drain(two)).toEqual([1, 4, 7]);
  });

  test('are in a group once per thread', () => {
    const { stream } = filled(0);
    const consumer = stream.subscribe({ group: 'a' });
    expect(() => stream.subscribe({ group: 'a' })).toThrow(TypeError);
    consumer.close();
    stream.subscribe({ group: 'a' }).close();
  });
});

describe('waiting', () => {
  test('ends with a message, whoever sends it', async () => {
    const { stream, theirs } = filled(0);
    const next = theirs.subscribe({ group: 'a' }).next();
    stream.push(numbered(7));
    expect(numbersOf((await next).value)).toEqual([7]);
  });

  test('is over for several consumers of one thread', async () => {
    const { stream, theirs } = filled(0);
    const consumers = ['a', 'b', 'c'].map((group) => theirs.subscribe({ group }));
    for (let i = 0; i < 10; i++) {
      const next = consumers.map((consumer) => consumer.next());
      stream.push(numbered(i));
      const batches = await Promise.all(next);
      expect(batches.map(({ value }) => numbersOf(value))).toEqual([[i], [i], [i]]);
    }
  });

  test('of a loop ends with close', async () => {
    const { stream, theirs } = filled(3);
    const consumer = theirs.subscribe({ group: 'a' });
    const seen: number[] = [];
    const loop = (async () => {
      for await (const batch of consumer) seen.push(...numbersOf(batch));
    })();
    await new Promise((resolve) => { setImmediate(resolve); });
    consumer.close();
    await loop;
    expect([seen, stream.lag('a')]).toEqual([[0, 1, 2], 0]);
    expect(await consumer.next()).toEqual({ value: undefined, done: true });
    expect(consumer.nextSync(0)).toBe(undefined);
  });

  test('ends with the signal, for its reason', async () => {
    const { stream, theirs } = filled(0);
    const controller = new AbortController();
    const consumer = theirs.subscribe({ group: 'a', signal: controller.signal });
    const next = consumer.next();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    await expect(consumer.next()).rejects.toBe(reason);
    expect(() => stream.subscribe({ group: 'b', signal: controller.signal })).toThrow(reason);
  });

  test('ends with the store', async () => {
    const { other, theirs } = filled(0);
    const consumer = theirs.subscribe({ group: 'a' });
    const next = consumer.next();
    await other.close();
    await expect(next).rejects.toMatchObject({ code: 'CLOSED' });
    expect(codeOf(() => consumer.nextSync(0))).toBe('CLOSED');
  });

  test('is for one call at a time', async () => {
    const { theirs } = filled(0);
    const consumer = theirs.subscribe({ group: 'a' });
    const next = consumer.next();
    await expect(consumer.next()).rejects.toThrow(TypeError);
    expect(() => consumer.nextSync(0)).toThrow(TypeError);
    await consumer.return();
    expect((await next).done).toBe(true);
  });

  test('comes back empty-handed when its time is over', () => {
    const { stream } = filled(0);
    expect(stream.subscribe({ group: 'a' }).nextSync(1)).toBe(undefined);
  });

  test('lets other tasks of the thread run while there are always messages', async () => {
    const { stream, theirs } = filled(1);
    const consumer = theirs.subscribe({ group: 'a' });
    let hasRun = false;
    setTimeout(() => { hasRun = true; }, 1);
    for await (const batch of consumer) {
      if (hasRun) break;
      stream.push(numbered(batch.count));
    }
    expect(hasRun).toBe(true);
  });
});

describe('a loop that throws', () => {
  test('leaves the offset before its last batch', async () => {
    const { stream, theirs } = filled(3);
    const loop = async (): Promise<void> => {
      for await (const batch of stream.subscribe({ group: 'a' })) {
        throw new RangeError(`${batch.count}`);
      }
    };
    await expect(loop()).rejects.toThrow(RangeError);
    expect(stream.lag('a')).toBe(3);
    expect(drain(theirs.subscribe({ group: 'a' }))).toEqual([0, 1, 2]);
  });
});

describe('a stream that is destroyed', () => {
  test('says so to everybody, and frees its name', async () => {
    const { store, stream, theirs } = filled(3);
    const [idle, busy] = ['a', 'b'].map((group) => theirs.subscribe({ group }));
    const batch = busy.nextSync(0)!;
    drain(idle);
    const next = idle.next();
    const writer = theirs.writer();
    // The first one wakes the sleeper, the second one stays behind.
    for (let i = 0; i < 2; i++) writer.append(numbered(4));
    stream.destroy();
    await expect(next).rejects.toMatchObject({ code: 'STREAM_DESTROYED' });
    expect(codeOf(() => batch.commit())).toBe('STREAM_DESTROYED');
    expect(codeOf(() => busy.nextSync(0))).toBe('STREAM_DESTROYED');
    expect(codeOf(() => theirs.push(numbered(5)))).toBe('STREAM_DESTROYED');
    await expect(writer.flush()).rejects.toMatchObject({ code: 'STREAM_DESTROYED' });
    expect(codeOf(() => writer.append(numbered(5)))).toBe('STREAM_DESTROYED');
    for (const call of [
      () => stream.tail(), () => stream.lag('a'), () => stream.destroy(),
      () => stream.subscribe({ group: 'c' }),
    ]) expect(codeOf(call)).toBe('STREAM_DESTROYED');
    expect(store.streams()).toEqual([]);
    const again = store.createStream('s');
    again.push(numbered(9));
    expect(drain(again.subscribe({ group: 'a' }))).toEqual([9]);
  });

  test('gives its memory back', () => {
    const [store] = stores(1, 512);
    for (let round = 0; round < 300; round++) {
      const stream = store.createStream('s', { partitions: 2, capacity: 32768 });
      for (let i = 0; i < 100; i++) stream.push(numbered(i, 300), { partition: i % 2 });
      stream.destroy();
    }
    expect(store.check().problems).toEqual([]);
  });
});
