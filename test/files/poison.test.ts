/**
 * Files that fail while a store runs: nothing is said to be durable from then on, reads go on, and
 * what was durable before comes back.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'millrace';
import { describe, expect, test } from 'vitest';
import { Faults } from './faults.js';
import { entriesOf, newDirectory, opened, withFaults } from './support.js';

const ENOSPC = 51;
const EIO = 29;
const EVERY_TIME = { times: 1e9 };

/** A store with one durable entry, and the plan by which its files will fail. */
async function storeWithFaults() {
  const faults = new Faults();
  const directory = newDirectory();
  const store = await opened<string, number>(directory, { ...withFaults(faults), identity: 'me' });
  store.put('durable', 1, { durability: 'synced' });
  return { faults, directory, store };
}

function thrownBy(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return error;
  }
}

const failures = [
  ['fd_pwrite', { errno: ENOSPC }, 'ENOSPC', 'flushed'],
  ['fd_pwrite', { errno: EIO }, 'EIO', 'flushed'],
  ['fd_datasync', { errno: EIO }, 'EIO', 'synced'],
  ['fd_pwrite', { nothing: true }, 'EIO', 'flushed'],
] as const;

describe.each(failures)('%s fails with %j', (call, fault, name, durability) => {
  test('waits are rejected, writes refused, reads go on, and the store closes', async () => {
    const { faults, directory, store } = await storeWithFaults();
    faults.plan(call, fault, EVERY_TIME);
    store.put('lost', 2);
    const failure = {
      name: 'MillraceError', code: 'IO_ERROR', cause: { code: name },
      file: expect.stringMatching(/^journal\.\d{8}$/) as string,
      offset: expect.any(Number) as number,
    };
    await expect(store.flushed({ durability })).rejects.toMatchObject(failure);
    await expect(store.flushed({ durability: 'synced' })).rejects.toMatchObject(failure);
    for (const write of [
      () => store.put('c', 3), () => store.del('lost'),
      () => store.batch([{ type: 'put', key: 'c', value: 3 }]),
      () => store.transaction((tx) => tx.put('c', 3)),
    ]) expect(thrownBy(write)).toMatchObject(failure);
    expect(entriesOf(store)).toEqual([['durable', 1], ['lost', 2]]);
    expect(store.transaction((tx) => tx.get('lost'))).toBe(2);
    expect(store.lastOutcome('me')?.durability).not.toBe('synced');
    expect(store.stats().journal).toMatchObject({ isPoisoned: true });
    expect(store.check().problems).toEqual([]);
    await expect(store.close()).rejects.toMatchObject(failure);
    expect(store.status).toBe('closed');
    const again = await opened<string, number>(directory);
    expect(again.get('durable')).toBe(1);
    expect(again.check().problems).toEqual([]);
    again.put('d', 4, { durability: 'synced' });
  });

  test('a write that blocks says that it is visible only', async () => {
    const { faults, store } = await storeWithFaults();
    faults.plan(call, fault, EVERY_TIME);
    expect(() => store.put('lost', 2, { durability })).toThrow(expect.objectContaining({
      code: 'IO_ERROR', message: expect.stringContaining('visible') as string,
    }));
    expect(store.get('lost')).toBe(2);
  });
});

test('one failed sync is enough: a later one that succeeds heals nothing', async () => {
  const { faults, store } = await storeWithFaults();
  faults.plan('fd_datasync', { errno: EIO });
  store.put('lost', 2);
  await expect(store.flushed({ durability: 'synced' })).rejects.toMatchObject({ code: 'IO_ERROR' });
  await expect(store.flushed({ durability: 'synced' })).rejects.toMatchObject({ code: 'IO_ERROR' });
  expect(faults.done).toBe(1);
});

test('writes that come in pieces do no harm', async () => {
  const { faults, directory, store } = await storeWithFaults();
  faults.plan('fd_pwrite', { part: true }, { times: 500 });
  for (let i = 0; i < 500; i++) store.put(`key ${i}`, i);
  await store.flushed({ durability: 'synced' });
  expect(faults.done).toBeGreaterThan(0);
  const entries = entriesOf(store);
  await store.close();
  expect(entriesOf(await opened<string, number>(directory))).toEqual(entries);
});

test('a poisoned store with a lot more to write comes to its end', async () => {
  const { faults, store } = await storeWithFaults();
  faults.plan('fd_pwrite', { errno: ENOSPC }, EVERY_TIME);
  const values = Array.from({ length: 20_000 }, (_, i) => i);
  expect(() => values.forEach((i) => store.put(`key ${i % 1000}`, i)))
    .toThrow(expect.objectContaining({ code: 'IO_ERROR' }));
  await expect(store.close()).rejects.toMatchObject({ code: 'IO_ERROR' });
});

test('a directory that vanishes is missed at the next sync', async () => {
  const directory = join(newDirectory(), 'inner');
  const store = await opened<string, number>(directory);
  store.put('a', 1, { durability: 'synced' });
  rmSync(directory, { recursive: true });
  store.put('a', 2);
  const failure = { code: 'IO_ERROR', cause: { code: 'ENOENT' } };
  await expect(store.flushed({ durability: 'synced' })).rejects.toMatchObject(failure);
  await expect(store.close()).rejects.toMatchObject(failure);
});

test('a directory that vanishes is missed when the journal needs another file', async () => {
  const directory = join(newDirectory(), 'inner');
  const store = await opened<number, string>(directory);
  await store.flushed();
  rmSync(directory, { recursive: true });
  const value = 'x'.repeat(1000);
  const failure = { code: 'IO_ERROR', cause: { code: 'ENOENT' } };
  expect(thrownBy(() => {
    for (let i = 0; ; i++) store.put(i % 100, value);
  })).toMatchObject(failure);
  expect(store.get(1)).toBe(value);
  await expect(store.close()).rejects.toMatchObject(failure);
  await expect(open(directory, { createIfMissing: false })).rejects.toMatchObject(failure);
});
