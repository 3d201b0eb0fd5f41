// Salvage of one damaged store at a time: what comes back, what is named, and what is refused.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { open } from 'millrace';
import { salvage } from 'millrace/ops';
import { xxh64 } from '../../src/xxh64.js';
import { SMALL, damage, newDirectory, opened } from '../files/support.js';

/** A store with a checkpoint that has everything. */
async function stored(count: number): Promise<string> {
  const directory = newDirectory();
  const store = await open<string, string>(directory, SMALL);
  for (let i = 0; i < count; i++) store.put(`key ${i}`, `value ${i}`);
  store.del('key 1');
  await store.compact();
  await store.close();
  return directory;
}

describe('salvage', () => {
  test('of a whole store finds all of it and nothing that was removed', async () => {
    const directory = await stored(1000);
    const to = join(newDirectory(), 'new');
    const report = await salvage(directory, { to });
    expect(report).toMatchObject(
      { reachable: 999, loose: 0, damage: [], lostKeys: [], lostRanges: [] });
    const store = await opened<string, string>(to, {});
    expect(store.get('key 999')).toBe('value 999');
    expect(store.has('key 1')).toBe(false);
    expect(store.check()).toMatchObject({ ok: true, keys: 999 });
  });

  test('finds records without a root, and names what it does not know', async () => {
    const directory = await stored(1000);
    rmSync(join(directory, 'image'));
    const keys = new Set<string>();
    const report = await salvage(directory, {
      onEntry: ({ key, isReachable }) => {
        expect(isReachable).toBe(false);
        keys.add(Buffer.from(key).toString('latin1'));
      },
    });
    expect(report).toMatchObject({ reachable: 0, lostRanges: [{ from: '', to: undefined }] });
    expect(report.epoch).toBeUndefined();
    expect(report.damage).toEqual([{ file: 'image', offset: 0, what: 'it is missing' }]);
    expect(keys.size).toBeGreaterThan(900);
  });

  test('refuses another version, an open store, a place that is taken, wrong options', async () => {
    const directory = newDirectory();
    const store = await opened(directory);
    await expect(salvage(directory)).rejects.toMatchObject({ code: 'LOCKED' });
    await store.close();
    await expect(salvage(directory, { to: directory })).rejects.toMatchObject({ code: 'IO_ERROR' });
    await expect(salvage(join(directory, 'none'))).rejects.toMatchObject({ code: 'IO_ERROR' });
    await expect(salvage('')).rejects.toBeInstanceOf(TypeError);
    await expect(salvage(directory, { to: '' })).rejects.toBeInstanceOf(TypeError);
    await expect(salvage(directory, { onEntry: 1 } as never)).rejects.toBeInstanceOf(TypeError);
    await expect(salvage(directory, { all: 1 } as never)).rejects.toBeInstanceOf(TypeError);
    damage(join(directory, 'image'), (bytes) => {
      bytes.writeUInt32LE(77, 8);
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      bytes.writeBigUInt64LE(xxh64(view, 0, 56), 56);
    });
    await expect(salvage(directory)).rejects.toMatchObject({ code: 'LAYOUT_MISMATCH' });
  });

  test('that ends early leaves nothing behind', async () => {
    const directory = await stored(10);
    const parent = newDirectory();
    const reason = new Error('enough');
    const stop = new AbortController();
    const aborted = salvage(directory, {
      to: join(parent, 'new'), signal: stop.signal, onProgress: () => stop.abort(reason),
    });
    await expect(aborted).rejects.toBe(reason);
    expect(readdirSync(parent)).toEqual([]);
    const broken = salvage(directory, { onEntry: () => { throw reason; } });
    await expect(broken).rejects.toBe(reason);
  });
});
