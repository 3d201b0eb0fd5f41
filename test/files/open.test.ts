/**
 * Opening a store in a directory: options, what is refused, what comes back.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'millrace';
import type { OpenOptions } from 'millrace';
import { describe, expect, test } from 'vitest';
import { Faults } from './faults.js';
import { MIB, SMALL, damage, entriesOf, newDirectory, opened, withFaults } from './support.js';

const ENOSPC = 51;
const EROFS = 69;

describe('a directory', () => {
  test('is made, with all above it, and holds an image, its pages, and a journal', async () => {
    const directory = join(newDirectory(), 'a', 'b');
    const store = await opened(directory);
    expect(store.location).toBe(directory);
    expect(readdirSync(directory).sort()).toEqual(['image', 'journal.00000001', 'pages']);
  });

  test('brings back what was put, removed and counted when it is opened again', async () => {
    const directory = newDirectory();
    const first = await opened<string, number>(directory, { ...SMALL, identity: 'me' });
    for (let i = 0; i < 3000; i++) first.put(`key ${i}`, i);
    for (let i = 0; i < 3000; i += 3) first.del(`key ${i}`);
    first.batch([{ type: 'put', key: 'a', value: 1 }, { type: 'put', key: 'b', value: 2 }]);
    const entries = entriesOf(first);
    const outcome = first.lastOutcome('me');
    await first.close();
    const second = await opened<string, number>(directory);
    expect(entriesOf(second)).toEqual(entries);
    expect(second.check().problems).toEqual([]);
    expect(second.lastOutcome('me')).toMatchObject({
      sequence: outcome?.sequence, version: outcome?.version, durability: 'synced',
    });
    second.put('c', 3);
    await second.close();
    expect((await opened<string, number>(directory)).get('c')).toBe(3);
  });

  test('can be opened again right after it was closed, many times', async () => {
    const directory = newDirectory();
    for (let i = 0; i < 5; i++) {
      const store = await opened<string, number>(directory);
      expect(store.get('n') ?? 0).toBe(i);
      store.put('n', i + 1);
      await store.close();
    }
  });

  test('belongs to one store at a time', async () => {
    const directory = newDirectory();
    const store = await opened(directory);
    await expect(open(directory)).rejects.toMatchObject({ code: 'LOCKED' });
    store.put('still', 'here');
    await store.close();
    expect((await opened(directory)).get('still')).toBe('here');
  });

  test('shows the threads that write it among the members', async () => {
    const store = await opened(newDirectory());
    const roles = (): string[] => store.members.list().map(({ role }) => role).sort();
    while (roles().length < 5) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(roles()).toEqual(['journal', 'journal', 'supervisor', 'supervisor', 'worker']);
  });
});

describe('createIfMissing and errorIfExists', () => {
  test('refuse what is not there, and what is', async () => {
    const directory = newDirectory();
    const missing = join(directory, 'missing');
    for (const location of [directory, missing]) {
      await expect(open(location, { createIfMissing: false }))
        .rejects.toMatchObject({ code: 'IO_ERROR', cause: { code: 'ENOENT' } });
    }
    expect(readdirSync(directory)).toEqual([]);
    const store = await opened(directory, { ...SMALL, errorIfExists: true });
    await store.close();
    await expect(open(directory, { errorIfExists: true }))
      .rejects.toMatchObject({ code: 'IO_ERROR', cause: { code: 'EEXIST' } });
    await opened(directory, { createIfMissing: false });
  });
});

describe('options', () => {
  test.each([
    { flushInterval: 0 }, { flushInterval: 1.5 }, { durability: 'durable' },
    { createIfMissing: 1 }, { errorIfExists: 'no' }, { slots: 252 },
  ] as object[])('%j is a type error, and nothing is made', async (wrong) => {
    const directory = join(newDirectory(), 'never');
    await expect(open(directory, wrong as OpenOptions<unknown, unknown>))
      .rejects.toThrow(TypeError);
    await expect(open(directory, { ...SMALL, createIfMissing: false }))
      .rejects.toMatchObject({ code: 'IO_ERROR' });
  });

  test('sizes stay as they were made: leaving them out is right, others are refused', async () => {
    const directory = newDirectory();
    await (await opened(directory)).close();
    await expect(open(directory, { maxMemory: 8 * MIB })).rejects.toMatchObject({
      code: 'LAYOUT_MISMATCH', message: expect.stringMatching(/4194304.*8388608/) as string,
    });
    await expect(open(directory, { slots: 9 })).rejects.toMatchObject({
      code: 'LAYOUT_MISMATCH', message: expect.stringMatching(/slots 8.*9/) as string,
    });
    await (await opened(directory, {})).close();
    await (await opened(directory, { slots: 8 })).close();
  });

  test('too little memory is a type error, and the directory stays free', async () => {
    const directory = newDirectory();
    const tooSmall = { maxMemory: MIB, sizes: { ringBytes: MIB } };
    await expect(open(directory, tooSmall)).rejects.toThrow(TypeError);
    await opened(directory);
  });
});

describe('what is no store', () => {
  test.runIf(process.platform === 'linux')('a directory that cannot be made', async () => {
    await expect(open('/proc/nothing/below')).rejects.toMatchObject({
      code: 'IO_ERROR', cause: { code: 'ENOENT' },
    });
  });

  test('a file in the place of the directory', async () => {
    const file = join(newDirectory(), 'file');
    writeFileSync(file, 'text');
    await expect(open(file)).rejects.toMatchObject({ code: 'IO_ERROR' });
    await expect(open(join(file, 'below'))).rejects.toMatchObject({ code: 'IO_ERROR' });
  });

  test.each([
    ['empty', 0, Buffer.alloc(0)],
    ['short', 40, Buffer.from('MRIMAGE1'.padEnd(40, '\0'))],
    ['foreign', 0, Buffer.from('{"name":"something else"}'.padEnd(200))],
  ])('an image that is %s', async (_, offset, bytes) => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'image'), bytes);
    await expect(open(directory)).rejects.toMatchObject({
      name: 'MillraceError', code: 'CORRUPT', file: 'image', offset,
    });
  });

  test('an image that is a directory', async () => {
    const directory = newDirectory();
    mkdirSync(join(directory, 'image'));
    await expect(open(directory))
      .rejects.toMatchObject({ code: 'IO_ERROR', cause: { code: 'EISDIR' } });
  });

  test('a journal whose image was removed', async () => {
    const directory = newDirectory();
    const store = await opened(directory);
    store.put('a', 1);
    await store.close();
    rmSync(join(directory, 'image'));
    await expect(open(directory)).rejects.toMatchObject({ code: 'CORRUPT', file: 'image' });
  });

  test('what the making of a store has left that was cut short is made again', async () => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'image.tmp'), 'half');
    writeFileSync(join(directory, 'journal.00000001'), Buffer.alloc(4096));
    const store = await opened(directory);
    store.put('a', 1);
    await store.close();
    expect((await opened(directory)).get('a')).toBe(1);
  });

  test('an image in the making, which a crash has left, is ignored', async () => {
    const directory = newDirectory();
    const store = await opened(directory);
    store.put('a', 1);
    await store.close();
    writeFileSync(join(directory, 'image.tmp'), 'half an image');
    expect((await opened(directory)).get('a')).toBe(1);
  });

  test.each([
    ['format version', 8, 'LAYOUT_MISMATCH'], ['layout', 12, 'LAYOUT_MISMATCH'],
    ['size', 24, 'CORRUPT'], ['checksum', 56, 'CORRUPT'],
  ])('an image with another %s', async (_, offset, code) => {
    const directory = newDirectory();
    await (await opened(directory)).close();
    damage(join(directory, 'image'), (bytes) => {
      bytes.writeUInt32LE((bytes.readUInt32LE(offset) ^ 1) >>> 0, offset);
    });
    await expect(open(directory)).rejects.toMatchObject({ code, file: 'image' });
  });
});

describe('files that fail while a store is opened', () => {
  test.each([
    ['path_open', { errno: EROFS }, 'EROFS'], ['fd_pwrite', { errno: ENOSPC }, 'ENOSPC'],
    ['fd_filestat_set_size', { errno: ENOSPC }, 'ENOSPC'],
  ] as const)('%s, for a new store', async (call, fault, name) => {
    const directory = newDirectory();
    const faults = new Faults();
    faults.plan(call, fault);
    await expect(open(directory, withFaults(faults))).rejects.toMatchObject({
      code: 'IO_ERROR', cause: { code: name }, file: expect.any(String) as string,
    });
    // What it has left does not stand in the way of another attempt.
    await opened(directory);
  });

  test.each([
    ['path_open', { errno: EROFS }, 'EROFS'], ['fd_pread', { errno: 29 }, 'EIO'],
  ] as const)('%s, for an old one', async (call, fault, name) => {
    const directory = newDirectory();
    const store = await opened(directory);
    store.put('a', 1);
    await store.close();
    const faults = new Faults();
    faults.plan(call, fault);
    await expect(open(directory, withFaults(faults)))
      .rejects.toMatchObject({ code: 'IO_ERROR', cause: { code: name } });
    expect((await opened(directory)).get('a')).toBe(1);
  });

  test('reads that come in pieces do no harm', async () => {
    const directory = newDirectory();
    const store = await opened(directory);
    store.put('a', 1);
    await store.close();
    const faults = new Faults();
    faults.plan('fd_pread', { part: true }, { times: 1000 });
    expect((await opened(directory, withFaults(faults))).get('a')).toBe(1);
    expect(faults.done).toBeGreaterThan(0);
  });
});
