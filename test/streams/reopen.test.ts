/**
 * Streams of a store in a directory, after it was closed and opened again.
 */
import { open } from 'millrace';
import type { Batch, Store } from 'millrace';
import { describe, expect, test } from 'vitest';
import { newDirectory } from '../files/support.js';

type TestStore = Store<string, number>;

const reopened = (directory: string): Promise<TestStore> =>
  open<string, number>(directory, { maxMemory: 16 << 20 });

function numbersOf(batch: Batch<string, number>): number[] {
  return Array.from(batch, (message) => message.u32(0));
}

describe('a stream in a directory', () => {
  test('goes on where it was: messages, offsets, and the map that belongs to them', async () => {
    const directory = newDirectory();
    const message = new Uint32Array(25);
    const bytes = new Uint8Array(message.buffer);
    let next = 0;
    let seen = 0;
    for (let life = 0; life < 4; life++) {
      const store = await reopened(directory);
      const stream = store.createStream('s', { capacity: 1 << 20 });
      expect(stream.tail()).toBe(next);
      const writer = stream.writer();
      for (let i = 0; i < 2000; i++) {
        message.fill(next++);
        writer.append(bytes);
      }
      void writer.flush();
      const consumer = stream.subscribe({ group: 'g' });
      for (let batch = consumer.nextSync(0); batch !== undefined; batch = consumer.nextSync(0)) {
        const numbers = numbersOf(batch);
        expect(numbers).toEqual(numbers.map((_, i) => seen + i));
        batch.transaction((tx) => tx.put('seen', (tx.get('seen') ?? 0) + numbers.length));
        seen += numbers.length;
        // The rest is for the next life.
        if (seen > next - 500) break;
      }
      expect([store.get('seen'), stream.lag('g')]).toEqual([seen, next - seen]);
      expect(store.check().problems).toEqual([]);
      await store.close();
    }
    expect(seen).toBeGreaterThan(6000);
  });

  test('that was destroyed is gone, and its name is free', async () => {
    const directory = newDirectory();
    const first = await reopened(directory);
    const stream = first.createStream('s');
    stream.push(new Uint8Array(100));
    stream.destroy();
    await first.close();
    const second = await reopened(directory);
    expect(second.streams()).toEqual([]);
    expect(second.createStream('s', { partitions: 2 }).tail()).toBe(0);
    expect(second.check().problems).toEqual([]);
    await second.close();
  });
});
