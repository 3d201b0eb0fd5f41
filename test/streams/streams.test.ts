/**
 * Streams between real workers, some of which are terminated. Every consumer checks each message:
 * its bytes, and that it is the next one of its producer in its partition.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { ROW_BYTES } from './messages.js';
import { Scene } from './scene.js';
import type { Manner } from './worker.js';

let scene: Scene;

afterEach(() => scene.close());

const MANNERS: [Manner, number | undefined][] =
  [['push', undefined], ['append', undefined], ['append', ROW_BYTES], ['rows', ROW_BYTES]];

const optionsOf = (rowBytes: number | undefined, partitions: number, capacity: number) =>
  ({ partitions, capacity, ...(rowBytes !== undefined && { rowBytes }) });

describe.each(MANNERS)('%s, rows of %s', (manner, rowBytes) => {
  test('every group gets every message once and in order', async () => {
    scene = await Scene.open(optionsOf(rowBytes, 3, 1 << 16));
    await Promise.all([
      scene.consume('one'), scene.consume('one'), scene.consume('two', true),
    ]);
    const producers = [scene.produce(manner, 4000), scene.produce(manner, 4000)];
    for (const { ended } of producers) expect(await ended).toEqual({});
    await scene.finish();
    for (const group of ['one', 'two']) {
      for (const partition of [0, 1, 2]) {
        expect(scene.counted(group, partition)).toEqual(new Map([[0, 4000], [1, 4000]]));
      }
    }
    expect(await scene.problems()).toEqual([]);
  });

  test('what a terminated producer has published is a prefix of what it sent', async () => {
    scene = await Scene.open(optionsOf(rowBytes, 2, 1 << 16));
    await scene.consume('one');
    for (let i = 0; i < 6; i++) {
      const before = scene.stream.tail(1);
      const producer = scene.produce(manner, Infinity);
      await scene.until(() => scene.stream.tail(1) > before + 100 * i);
      await scene.kill(producer);
    }
    await scene.finish();
    expect(scene.totals('one')).toEqual(scene.tails());
    expect(await scene.problems()).toEqual([]);
  });
});

describe('consumers that are terminated', () => {
  test('are replaced by the rest of the group; each message counts once', async () => {
    scene = await Scene.open(optionsOf(undefined, 4, 1 << 16));
    const consumers = await Promise.all(
      [false, true, false].map((awaits) => scene.consume('one', awaits)));
    const producer = scene.produce('append', Infinity);
    for (let i = 0; i < 9; i++) {
      const before = scene.totals('one').reduce((a, b) => a + b, 0);
      await scene.until(() => scene.totals('one').reduce((a, b) => a + b, 0) > before + 1000);
      await scene.kill(consumers[i % 3]);
      consumers[i % 3] = await scene.consume('one', i % 2 === 0);
    }
    await scene.kill(producer);
    await scene.finish();
    expect(scene.totals('one')).toEqual(scene.tails());
    expect(scene.stream.lag('one')).toBe(0);
    expect(await scene.problems()).toEqual([]);
  });

  test('do not hold up a producer that waits for them', async () => {
    scene = await Scene.open(optionsOf(undefined, 1, 1 << 12));
    const first = await scene.consume('one');
    const producer = scene.produce('push', 20_000);
    await scene.until(() => scene.stream.tail() > 100);
    await scene.kill(first);
    await scene.consume('one');
    expect(await producer.ended).toEqual({});
    await scene.finish();
    expect(scene.totals('one')).toEqual([20_000]);
  });
});

describe('a stream that is destroyed under its workers', () => {
  test('ends all of them with a code', async () => {
    scene = await Scene.open(optionsOf(undefined, 2, 1 << 14));
    await Promise.all([scene.consume('one'), scene.consume('one', true), scene.consume('idle')]);
    const producers = (['push', 'append'] as const).map((manner) =>
      scene.produce(manner, Infinity));
    await scene.until(() => scene.counted('one', 0).size === producers.length);
    scene.stream.destroy();
    for (const { ended } of producers) expect(await ended).toEqual({ code: 'STREAM_DESTROYED' });
    const ends = await scene.finish();
    expect(ends.map((end) => end?.code)).toEqual(Array(5).fill('STREAM_DESTROYED'));
    expect(scene.store.streams()).toEqual([]);
  });
});
