// Backups, restores and compactions, one at a time: what they hold, and every way they can end.

import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { open } from 'millrace';
import type { Progress } from 'millrace';
import { restore } from 'millrace/ops';
import { SMALL, damage, newDirectory, opened } from '../files/support.js';

const VALUE = 'v'.repeat(1000);

async function filled(count = 500) {
  const directory = newDirectory();
  const store = await opened<number, string>(directory);
  for (let i = 0; i < count; i++) store.put(i, VALUE);
  return { directory, store };
}

const bytesIn = (directory: string): number =>
  readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);

describe('a backup', () => {
  test('opens elsewhere while its store is open, and holds what was written before', async () => {
    const { store } = await filled();
    const to = join(newDirectory(), 'deep', 'copy');
    const seen: Progress[] = [];
    const backup = await store.backup(to, { onProgress: (progress) => void seen.push(progress) });
    store.put(0, 'later');
    expect([...backup.files].sort()).toEqual(readdirSync(to).sort());
    expect(seen.at(-1)).toEqual({ phase: 'copy', done: backup.bytes, total: backup.bytes });
    const copy = await opened<number, string>(to);
    expect(copy.stats().journal!.life).toBe(backup.epoch + 1);
    expect([...copy.keys()]).toHaveLength(500);
    expect(copy.get(0)).toBe(VALUE);
    expect(copy.check().ok).toBe(true);
  });

  test('waits for the one before it, and follows on checkpoints', async () => {
    const { store } = await filled();
    const [a, b] = [newDirectory(), newDirectory()];
    await Promise.all([store.backup(a), store.compact(), store.backup(b)]);
    for (const directory of [a, b]) {
      const copy = await opened<number, string>(directory);
      expect([...copy.keys()]).toHaveLength(500);
    }
  });

  test('refuses a directory that is not empty, and leaves it as it is', async () => {
    const { store } = await filled(1);
    const to = newDirectory();
    writeFileSync(join(to, 'mine'), 'text');
    await expect(store.backup(to)).rejects
      .toMatchObject({ code: 'IO_ERROR', cause: { code: 'ENOTEMPTY' } });
    expect(readFileSync(join(to, 'mine'), 'utf8')).toBe('text');
    await expect(store.backup(join(to, 'mine'))).rejects.toMatchObject({ code: 'IO_ERROR' });
  });

  test('that is aborted leaves nothing behind', async () => {
    const { store } = await filled();
    const to = join(newDirectory(), 'copy');
    const reason = new Error('enough');
    const stop = new AbortController();
    const aborted = store.backup(to, { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(aborted).rejects.toBe(reason);
    expect(existsSync(to)).toBe(false);
    await expect(store.backup(to, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    // The lease was given back.
    await store.backup(to);
  });

  test('ends when its store is closed, or what it reports to throws', async () => {
    const { store } = await filled();
    const [a, b] = [newDirectory(), newDirectory()];
    const broken = new Error('no more');
    const thrown = store.backup(a, { onProgress: () => { throw broken; } });
    await expect(thrown).rejects.toBe(broken);
    expect(readdirSync(a)).toEqual([]);
    const closed = store.backup(b, { onProgress: () => void store.close() });
    await expect(closed).rejects.toMatchObject({ code: 'CLOSED' });
    expect(readdirSync(b)).toEqual([]);
    await expect(store.backup(b)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('needs files, and options that are some', async () => {
    const memory = await opened(':memory:');
    await expect(memory.backup(newDirectory())).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(memory.backup('')).rejects.toBeInstanceOf(TypeError);
    await expect(memory.backup('x', { fast: 1 } as never)).rejects.toBeInstanceOf(TypeError);
    await expect(memory.backup('x', { signal: 1 } as never)).rejects.toBeInstanceOf(TypeError);
  });
});

describe('a restore', () => {
  test('makes a store and leaves the backup as it is', async () => {
    const { store } = await filled();
    const backup = newDirectory();
    await store.backup(backup);
    const before = readdirSync(backup).map((name) => readFileSync(join(backup, name)));
    const to = join(newDirectory(), 'store');
    const phases: string[] = [];
    const onProgress = ({ phase }: Progress): void => void phases.push(phase);
    const restored = await restore(backup, to, { onProgress });
    expect(restored.keys).toBe(500);
    expect([...new Set(phases)]).toEqual(['copy', 'verify']);
    expect(readdirSync(backup).map((name) => readFileSync(join(backup, name)))).toEqual(before);
    const copy = await opened<number, string>(to);
    expect(copy.get(499)).toBe(VALUE);
    const empty = newDirectory();
    await restore(backup, empty);
    expect(readdirSync(empty)).toContain('image');
  });

  test('never replaces a store, nor believes a damaged backup', async () => {
    const { store } = await filled();
    const backup = newDirectory();
    await store.backup(backup);
    const parent = newDirectory();
    const to = join(parent, 'store');
    await restore(backup, to);
    await expect(restore(backup, to)).rejects
      .toMatchObject({ code: 'IO_ERROR', cause: { code: 'ENOTEMPTY' } });
    damage(join(backup, 'pages'), (bytes) => {
      for (let at = 4096; at < bytes.length; at += 4096) bytes[at + 100] ^= 1;
    });
    await expect(restore(backup, join(parent, 'other'))).rejects.toMatchObject({ code: 'CORRUPT' });
    expect(readdirSync(parent)).toEqual(['store']);
    damage(join(backup, 'image'), (bytes) => void (bytes[70] ^= 1));
    await expect(restore(backup, join(parent, 'third'))).rejects.toMatchObject({ code: 'CORRUPT' });
    expect(readdirSync(parent)).not.toContain('third');
  });

  test('refuses what is no backup, one that is open, and wrong arguments', async () => {
    const { directory } = await filled(1);
    const to = join(newDirectory(), 'store');
    await expect(restore(directory, to)).rejects.toMatchObject({ code: 'LOCKED' });
    await expect(restore(newDirectory(), to)).rejects.toMatchObject({ code: 'IO_ERROR' });
    await expect(restore('', to)).rejects.toBeInstanceOf(TypeError);
    await expect(restore(to, to, { all: 1 } as never)).rejects.toBeInstanceOf(TypeError);
    const bare = newDirectory();
    const store = await open(bare, SMALL);
    await store.close();
    mkdirSync(to);
    const reason = new Error('enough');
    const stop = new AbortController();
    const aborted = restore(bare, to,
      { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(aborted).rejects.toBe(reason);
    expect(readdirSync(to)).toEqual([]);
  });
});

describe('a compaction', () => {
  test('gives memory back, and bytes of the files', async () => {
    const { directory, store } = await filled(2000);
    await store.compact();
    const [free, bytes] = [store.check().bytes.free, bytesIn(directory)];
    for (let i = 0; i < 2000; i++) if (i % 10 !== 0) store.del(i);
    const phases: string[] = [];
    const { frames } = await store.compact({ onProgress: ({ phase }) => void phases.push(phase) });
    expect(frames).toBeGreaterThan(0);
    expect([...new Set(phases)]).toEqual(['clean', 'checkpoint']);
    expect(store.check()).toMatchObject({ ok: true, keys: 200 });
    expect(store.check().bytes.free).toBeGreaterThan(free);
    expect(bytesIn(directory)).toBeLessThan(bytes);
    await store.close();
    const again = await opened<number, string>(directory);
    expect(again.check()).toMatchObject({ ok: true, keys: 200 });
  });

  test('of a store in memory only cleans', async () => {
    const store = await opened<number, string>(':memory:');
    for (let i = 0; i < 2000; i++) store.put(i % 100, VALUE);
    expect((await store.compact()).frames).toBeGreaterThan(0);
    expect(store.check()).toMatchObject({ ok: true, keys: 100 });
  });

  test('ends with the reason of its signal, and with its store', async () => {
    const { store } = await filled(2000);
    for (let i = 0; i < 2000; i++) store.put(i, 'w');
    const reason = new Error('enough');
    await expect(store.compact({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const closing = store.compact({ onProgress: () => void store.close() });
    await expect(closing).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(store.compact({ deep: 1 } as never)).rejects.toBeInstanceOf(TypeError);
  });
});
