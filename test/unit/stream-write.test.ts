/**
 * Ways into a stream: push, append, rows in place; when messages become visible, and what happens
 * when there is no room.
 */
import { describe, expect, test } from 'vitest';
import type { MillraceError } from '../../src/errors.js';
import type { Store } from '../../src/store.js';
import { codeOf } from './store-support.js';
import { drain, numbered, numbersOf, stores, upTo } from './stream-support.js';

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

describe('push', () => {
  test('is visible at once, in order, in the partition that was named', () => {
    const [store, other] = stores(2);
    const stream = store.createStream('s', { partitions: 3 });
    const consumer = other.stream('s').subscribe({ group: 'g' });
    for (let i = 0; i < 10; i++) stream.push(numbered(i), { partition: i % 2 });
    expect([0, 1, 2].map((partition) => stream.tail(partition))).toEqual([5, 5, 0]);
    expect(drain(consumer).toSorted((a, b) => a - b)).toEqual(upTo(10));
  });

  test('takes partitions in turn without a key, and always the same one with it', () => {
    const [store] = stores(1);
    const stream = store.createStream('s', { partitions: 4 });
    for (let i = 0; i < 8; i++) stream.push(numbered(i));
    expect(upTo(4).map((partition) => stream.tail(partition))).toEqual([2, 2, 2, 2]);
    for (let i = 0; i < 8; i++) stream.push(numbered(i), { key: 'SFO' });
    expect(stream.tail(stream.partitionOf('SFO'))).toBe(10);
  });

  test('keeps what it was given', () => {
    const [store] = stores(1);
    const stream = store.createStream('s');
    const consumer = stream.subscribe({ group: 'g' });
    const bytes = new Uint8Array([1, 2, 3, 4, 5]);
    stream.push(bytes);
    stream.push(new Uint8Array(0));
    bytes.fill(0);
    const copies = Array.from(consumer.nextSync(0)!, (message) => message.copy());
    expect(copies.map((copy) => [...copy])).toEqual([[1, 2, 3, 4, 5], []]);
  });

  test.each([[64], [1000], [5000], [20_000]])('carries messages of %d bytes', (length) => {
    const [store] = stores(1);
    const stream = store.createStream('s', { capacity: 65536 });
    const consumer = stream.subscribe({ group: 'g' });
    for (let round = 0; round < 12; round++) {
      stream.push(numbered(round, length));
      const batch = consumer.nextSync(0)!;
      const [message] = Array.from(batch, (one) => one.copy());
      expect(Buffer.compare(message, numbered(round, length))).toBe(0);
    }
  });

  test('refuses what can never fit, and what is no message', () => {
    const [store] = stores(1);
    const stream = store.createStream('s', { capacity: 4096 });
    expect(codeOf(() => stream.push(new Uint8Array(5000)))).toBe('VALUE_TOO_LARGE');
    expect(() => stream.push('text' as never)).toThrow(TypeError);
    const rows = store.createStream('rows', { rowBytes: 8 });
    expect(() => rows.push(new Uint8Array(7))).toThrow(TypeError);
  });

  test('ends in STREAM_FULL when nobody makes room, and goes on when somebody has', () => {
    const [store] = stores(1);
    const stream = store.createStream('s', { capacity: 1024 });
    const consumer = stream.subscribe({ group: 'g' });
    let count = 0;
    const push = (): void => {
      for (;;) {
        stream.push(numbered(count, 60), { overflow: 'error' });
        count++;
      }
    };
    expect(codeOf(push)).toBe('STREAM_FULL');
    expect(count).toBe(16);
    expect(drain(consumer)).toEqual(upTo(16));
    expect(codeOf(push)).toBe('STREAM_FULL');
    expect(drain(consumer)).toEqual(upTo(count).slice(16));
  });

  test('gives up after its time-out', () => {
    const [store] = stores(1);
    const stream = store.createStream('s', { capacity: 1024 });
    for (let i = 0; i < 16; i++) stream.push(numbered(i, 60));
    expect(codeOf(() => stream.push(numbered(0, 60), { timeout: 5 }))).toBe('STREAM_FULL');
    expect(stream.tail()).toBe(16);
  });

  test('does not wait for a consumer of its own thread', () => {
    const [store] = stores(1);
    const stream = store.createStream('s', { capacity: 1024 });
    stream.subscribe({ group: 'g' });
    for (let i = 0; i < 16; i++) stream.push(numbered(i, 60));
    expect(codeOf(() => stream.push(numbered(0, 60), { timeout: Infinity }))).toBe('STREAM_FULL');
  });
});

const KINDS: [string, number][] = [['messages', 0], ['rows', 12]];

describe.each(KINDS)('a writer of %s', (_, rowBytes) => {
  const options = { capacity: 65536, ...(rowBytes > 0 && { rowBytes }) };
  const message = (i: number): Uint8Array => numbered(i, rowBytes || 4 + (i % 50));

  test('publishes at the end of the task', async () => {
    const [store] = stores(1);
    const stream = store.createStream('s', options);
    const writer = stream.writer();
    for (let i = 0; i < 5; i++) writer.append(message(i));
    expect(stream.tail()).toBe(0);
    await turn();
    expect(stream.tail()).toBe(5);
  });

  test('publishes on flush, before flush returns', () => {
    const [store] = stores(1);
    const stream = store.createStream('s', options);
    const writer = stream.writer();
    for (let i = 0; i < 5; i++) {
      writer.append(message(i));
      void writer.flush();
      expect(stream.tail()).toBe(i + 1);
    }
  });

  test('publishes at once while a consumer sleeps', async () => {
    const [store, other] = stores(2);
    const stream = store.createStream('s', options);
    const consumer = other.stream('s').subscribe({ group: 'g' });
    const next = consumer.next();
    stream.writer().append(message(7));
    expect(stream.tail()).toBe(1);
    expect(numbersOf((await next).value)).toEqual([7]);
  });

  test('publishes full chunks, and every message once', async () => {
    const [store] = stores(1);
    const stream = store.createStream('s', options);
    const consumer = stream.subscribe({ group: 'g' });
    const writer = stream.writer();
    const seen: number[] = [];
    for (let i = 0; i < 5000; i++) {
      writer.append(message(i));
      if (i % 300 === 0) seen.push(...drain(consumer));
    }
    expect(seen.length).toBeGreaterThan(0);
    await writer.close();
    seen.push(...drain(consumer));
    expect(seen).toEqual(upTo(5000));
    expect(store.check().problems).toEqual([]);
  });

  test('loses nothing when there is no room: error', () => {
    const [store] = stores(1);
    const stream = store.createStream('s', { ...options, capacity: 4096 });
    const consumer = stream.subscribe({ group: 'g' });
    const writer = stream.writer({ overflow: 'error' });
    const seen: number[] = [];
    for (let i = 0; i < 3000; i++) {
      if (codeOf(() => writer.append(message(i))) === 'nothing thrown') continue;
      seen.push(...drain(consumer));
      writer.append(message(i));
    }
    for (let k = 0; k < 3; k++) {
      void writer.flush();
      seen.push(...drain(consumer));
    }
    expect(seen).toEqual(upTo(3000));
  });

  test('is ready when there is room, and close waits for it', async () => {
    const [store, other] = stores(2);
    const stream = store.createStream('s', { ...options, capacity: 4096 });
    const writer = stream.writer();
    expect(writer.desiredSize).toBe(4096);
    const consumer = other.stream('s').subscribe({ group: 'g' });
    const seen: number[] = [];
    const reading = (async () => {
      for await (const batch of consumer) {
        seen.push(...numbersOf(batch));
        if (seen.length === 2000) break;
      }
    })();
    for (let i = 0; i < 2000; i++) {
      await writer.ready;
      writer.append(message(i));
    }
    await writer.close();
    await reading;
    expect(seen).toEqual(upTo(2000));
    expect(writer.desiredSize).toBe(null);
  });

  test('says so when close finds no room', async () => {
    const [store] = stores(1);
    const stream = store.createStream('s', { ...options, capacity: 1024 });
    const writer = stream.writer({ timeout: 5, overflow: 'error' });
    expect(codeOf(() => { for (;;) writer.append(message(1)); })).toBe('STREAM_FULL');
    await expect(writer.flush()).rejects.toMatchObject({ code: 'STREAM_FULL' });
    await expect(writer.close()).rejects.toMatchObject({ code: 'STREAM_FULL' });
    expect(codeOf(() => writer.append(message(1)))).toBe('CLOSED');
  });
});

describe('rows in place', () => {
  test('an appended row has the size of a row, also the second one', () => {
    const [store] = stores(1);
    const stream = store.createStream('rows', { rowBytes: 8 });
    const writer = stream.writer();
    writer.append(new Uint8Array(8));
    expect(() => { writer.append(new Uint8Array(4)); }).toThrow(TypeError);
    writer.append(new Uint8Array(8));
    void writer.flush();
    expect(stream.tail()).toBe(2);
  });

  const rowsOf = (store: Store<string, number>) => {
    const stream = store.createStream('s', { rowBytes: 16, capacity: 65536 });
    const writer = stream.writer();
    return { stream, writer, rows: writer.rows(0) };
  };

  test('arrive as they were written', async () => {
    const [store] = stores(1);
    const { stream, writer, rows } = rowsOf(store);
    const consumer = stream.subscribe({ group: 'g' });
    const seen: number[][] = [];
    const read = (): void => {
      for (let batch = consumer.nextSync(0); batch; batch = consumer.nextSync(0)) {
        expect(batch.count * batch.rowBytes).toBe(batch.end - batch.start);
        for (let at = batch.start; at < batch.end; at += batch.rowBytes) {
          seen.push([batch.i32[at >> 2], batch.u32[(at + 4) >> 2], batch.f64[(at + 8) >> 3]]);
        }
      }
    };
    const expected = upTo(3000).map((i) => [7 - i, 2 ** 32 - 1 - i, i / 3]);
    for (const [a, b, c] of expected) {
      const at = rows.reserve();
      rows.i32[at >> 2] = a;
      rows.u32[(at + 4) >> 2] = b;
      rows.f64[(at + 8) >> 3] = c;
      rows.commit();
      if (seen.length < 1000) read();
    }
    await writer.flush();
    read();
    expect(seen).toEqual(expected);
  });

  test('that are reserved and not committed do not exist', async () => {
    const [store] = stores(1);
    const { stream, writer, rows } = rowsOf(store);
    rows.reserve();
    rows.commit();
    expect(rows.reserve()).toBe(rows.reserve());
    await writer.close();
    expect(stream.tail()).toBe(1);
    expect(codeOf(() => rows.reserve())).toBe('CLOSED');
    expect(rows.i32.length).toBe(0);
  });

  test('can be reserved together, as many as a chunk has', async () => {
    const [store] = stores(1);
    const { stream, writer, rows } = rowsOf(store);
    const consumer = stream.subscribe({ group: 'g', autoCommit: false });
    const counts = [1, 2, rows.most, 3, rows.most - 1, 2];
    let next = 0;
    for (const count of counts) {
      rows.reserve(count === 2 ? 1 : 2);
      const at = rows.reserve(count);
      for (let i = 0; i < count; i++) rows.u32[(at >> 2) + 4 * i] = next++;
      rows.commit();
      expect(() => rows.commit()).toThrow(TypeError);
    }
    await writer.flush();
    expect(drain(consumer)).toEqual(upTo(next));
    for (const count of [0, -1, 1.5, rows.most + 1, NaN]) {
      expect(() => rows.reserve(count)).toThrow(TypeError);
    }
  });

  test('are published in batches of the size that was asked for', () => {
    const [store, other] = stores(2);
    const stream = store.createStream('r', { rowBytes: 16, capacity: 65536 });
    const rows = stream.writer({ batchBytes: 160 }).rows();
    const tails = upTo(40).map(() => {
      rows.reserve();
      rows.commit();
      return other.stream('r').tail();
    });
    expect(tails).toEqual(upTo(40).map((i) => 10 * Math.floor((i + 1) / 10)));
    const writer = store.createStream('b').writer({ batchBytes: 100 });
    const unseen = upTo(40).map((i) => {
      writer.append(numbered(i, 16));
      return i + 1 - other.stream('b').tail();
    });
    // Five messages of 20 bytes with their lengths, and the one that finds the batch full.
    expect(Math.max(...unseen)).toBe(5);
    expect(Math.min(...unseen)).toBe(0);
    expect(() => stream.writer({ batchBytes: 0 })).toThrow(TypeError);
  });

  test('are refused where they make no sense', () => {
    const [store] = stores(1);
    const { writer } = rowsOf(store);
    expect(() => writer.append(numbered(1, 16), 0)).toThrow(TypeError);
    expect(() => writer.rows(1)).toThrow(TypeError);
    expect(writer.rows(0)).toBe(writer.rows());
    expect(() => store.createStream('bytes').writer().rows()).toThrow(TypeError);
    const bytes = store.createStream('more', { rowBytes: 4 }).writer();
    bytes.append(numbered(1, 4));
    expect(() => bytes.rows()).toThrow(TypeError);
  });

  test('must be reserved before they are committed', () => {
    const [store] = stores(1);
    const { rows } = rowsOf(store);
    expect(() => rows.commit()).toThrow(TypeError);
  });
});

describe('the end of a store', () => {
  test('waits for every writer, also after one of them has given up', async () => {
    const [store] = stores(1);
    const ends: string[] = [];
    const full = ['a', 'b'].map((name, i) => {
      const stream = store.createStream(name, { capacity: 1024 });
      const writer = stream.writer({ timeout: 20 + 200 * i });
      const push = (): void => stream.push(numbered(1, 100), { overflow: 'error' });
      while (codeOf(push) !== 'STREAM_FULL');
      writer.append(numbered(2, 100));
      return writer.flush()
        .catch((error: MillraceError) => { ends.push(`${name} ${error.code}`); });
    });
    const closed = store.close()
      .catch((error: MillraceError) => { ends.push(`store ${error.code}`); });
    await Promise.all([...full, closed]);
    expect(ends.at(-1)).toBe('store STREAM_FULL');
    expect(ends).toHaveLength(3);
  });

  test('publishes what its writers have staged', async () => {
    const [store, other] = stores(2);
    const writer = store.createStream('s').writer();
    const consumer = other.stream('s').subscribe({ group: 'g' });
    writer.append(numbered(1));
    const closing = store.close();
    expect(drain(consumer)).toEqual([1]);
    await closing;
    expect(codeOf(() => writer.append(numbered(2)))).toBe('CLOSED');
    await expect(writer.flush()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
