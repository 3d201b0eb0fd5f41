/**
 * Levels of durability: what waits for them, what says that they are reached, what ends a wait.
 */
import { Worker } from 'node:worker_threads';
import { open } from 'millrace';
import type { Durability, FlushOptions, Store } from 'millrace';
import { describe, expect, test } from 'vitest';
import { Faults } from './faults.js';
import { SMALL, compiled, newDirectory, opened, withFaults } from './support.js';

const LEVELS = ['visible', 'flushed', 'synced'] as const;

const levelOf = (store: Store<string, unknown>): number =>
  LEVELS.indexOf(store.lastOutcome('me')?.durability ?? 'visible');

describe('flushed', () => {
  test.each(['flushed', 'synced'] as const)('resolves when all is %s', async (durability) => {
    const store = await opened(newDirectory(), { ...SMALL, identity: 'me' });
    for (let i = 0; i < 20; i++) {
      store.put('a', i);
      await store.flushed({ durability });
      expect(levelOf(store)).toBeGreaterThanOrEqual(LEVELS.indexOf(durability));
    }
  });

  test('resolves for all who wait at once', async () => {
    const store = await opened(newDirectory());
    await Promise.all(Array.from({ length: 100 }, (_, i) => {
      store.put(`key ${i}`, i);
      return store.flushed({ durability: i % 2 === 0 ? 'flushed' : 'synced' });
    }));
    expect(store.stats().journal).toMatchObject({ isPoisoned: false });
  });

  test('resolves without a wait when there is nothing to write, and in memory', async () => {
    const store = await opened(newDirectory());
    await store.flushed({ durability: 'synced' });
    const inMemory = await opened(':memory:', { ...SMALL, identity: 'me', durability: 'synced' });
    inMemory.put('a', 1);
    await inMemory.flushed();
    expect(inMemory.lastOutcome('me')?.durability).toBe('visible');
    expect(inMemory.stats().journal).toBeUndefined();
  });

  test('happens by itself after a while', async () => {
    const store = await opened(newDirectory(), { ...SMALL, identity: 'me', flushInterval: 1 });
    store.put('a', 1);
    while (levelOf(store) < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(levelOf(store)).toBe(2);
  });

  test.each([
    { durability: 'visible' }, { durability: 1 }, { signal: {} }, { timeout: 1 }, null,
  ] as object[])('%j is a type error', async (wrong) => {
    const store = await opened(newDirectory());
    await expect(store.flushed(wrong as FlushOptions)).rejects.toThrow(TypeError);
  });
});

describe('a write', () => {
  const writes: [string, (store: Store<string, unknown>, durability: Durability) => unknown][] = [
    ['put', (store, durability) => store.put('a', 1, { durability })],
    ['del', (store, durability) => store.del('there', { durability })],
    ['batch', (store, durability) => store.batch([{ type: 'del', key: 'there' }], { durability })],
    ['transaction', (store, durability) => store.transaction((tx) => {
      tx.put('a', tx.get('there'));
    }, { durability })],
  ];

  test.each(writes)('%s returns when it is as durable as it should be', async (_, write) => {
    const store = await opened(newDirectory(), { ...SMALL, identity: 'me' });
    for (const durability of LEVELS) {
      store.put('there', 1);
      write(store, durability);
      expect(levelOf(store)).toBeGreaterThanOrEqual(LEVELS.indexOf(durability));
    }
    expect(() => write(store, 'durable' as Durability)).toThrow(TypeError);
  });

  test('takes the level of its store, which workers have from the opener', async () => {
    const store = await opened(newDirectory(), {
      ...SMALL, identity: 'me', durability: 'synced',
    });
    store.put('a', 1);
    expect(levelOf(store)).toBe(2);
    const worker = new Worker(compiled('level-worker'), { workerData: store.handle });
    const levels = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(levels).toEqual(['synced']);
    await worker.terminate();
  });
});

describe('a wait ends', () => {
  /** A store whose journal workers die at every attempt to write. */
  async function stuck(faults = new Faults()): Promise<Store<string, unknown>> {
    const store = await opened(newDirectory(), withFaults(faults));
    faults.plan('fd_pwrite', { dies: true }, { times: 1e9 });
    store.put('a', 1);
    return store;
  }

  test('when its signal is aborted, before or meanwhile', async () => {
    const faults = new Faults();
    const store = await stuck(faults);
    const reason = new Error('enough');
    await expect(store.flushed({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const wait = store.flushed({ signal: controller.signal });
    while (faults.done === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    controller.abort(reason);
    await expect(wait).rejects.toBe(reason);
    // Others write what the dead have not, and so nothing is lost.
    faults.end();
    await store.close();
  });

  test('in BUSY when nobody writes the journal for long: it is visible all the same', async () => {
    const store = await stuck();
    const waits = [store.flushed(), store.flushed({ durability: 'synced' })];
    expect(() => store.put('b', 2, { durability: 'flushed' })).toThrow(
      expect.objectContaining({
        code: 'BUSY', message: expect.stringContaining('not durable') as string,
      }));
    expect(store.get('b')).toBe(2);
    // At last there is no room for what would have to be written, and that is no matter of FULL.
    expect(() => {
      for (let i = 0; ; i++) store.put(`key ${i % 100}`, i);
    }).toThrow(expect.objectContaining({ code: 'BUSY' }));
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'BUSY' });
    await expect(store.close()).rejects.toMatchObject({ code: 'BUSY' });
    await expect(store.flushed()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

test('the opening of a directory can be repeated after it failed', async () => {
  const directory = newDirectory();
  await expect(open(directory, { createIfMissing: false })).rejects.toThrow();
  const store = await opened(directory);
  store.put('a', 1, { durability: 'synced' });
  expect(store.get('a')).toBe(1);
});
