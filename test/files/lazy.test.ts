/**
 * Stores that are opened before all of their records are read: what is there at once, what follows,
 * and what becomes of damage that only then comes to light.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Progress, Store } from 'millrace';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Faults } from './faults.js';
import {
  MIB, SMALL, compiled, damage, entriesOf, newDirectory, opened, withFaults,
} from './support.js';

const KEYS = 3000;
const MESSAGES = 3000;
const ALL = { times: 1e9, behind: true };
const EIO = 29;

const valueOf = (key: number): string => `value <${key}> ${'v'.repeat(200)}`;
const messageOf = (i: number): string => `message <${i}> ${'m'.repeat(150)}`;

/** Where the store of these tests is; each test has a copy. */
let whole = '';

/** A map and a stream, which are in a checkpoint but for their last bytes. */
async function fill(directory: string): Promise<void> {
  const store = await opened<number, string>(directory, {
    ...SMALL, checkpointBytes: MIB / 4, flushInterval: 1,
  });
  const stream = store.createStream('orders', { partitions: 2, capacity: MIB });
  const writer = stream.writer();
  for (let i = 0; i < MESSAGES; i++) {
    writer.append(Buffer.from(messageOf(i)), i % 2);
    store.put(i, valueOf(i));
    if (i % 100 === 99) await store.flushed();
  }
  const consumer = stream.subscribe({ group: 'g' });
  for (let i = 0; i < 3; i++) consumer.nextSync(1000)?.commit();
  consumer.close();
  await store.close();
}

beforeAll(async () => {
  whole = mkdtempSync(join(tmpdir(), 'millrace-lazy-'));
  await fill(whole);
});
afterAll(() => rmSync(whole, { recursive: true }));

function copied(): string {
  const directory = newDirectory();
  cpSync(whole, directory, { recursive: true });
  return directory;
}

/** All that was ever put, and nothing else. */
function expectAll(store: Store<number, string>): void {
  const entries = entriesOf(store);
  expect(entries).toHaveLength(KEYS);
  expect(entries.every(([key, value]) => value === valueOf(key))).toBe(true);
}

/** The messages that the group has not had, by partition in their order. */
function restOf(store: Store<number, string>): string[][] {
  const parts: string[][] = [[], []];
  const consumer = store.stream('orders').subscribe({ group: 'g' });
  for (let batch = consumer.nextSync(0); batch; batch = consumer.nextSync(0)) {
    const part = parts[batch.partition];
    for (const message of batch) part.push(Buffer.from(message.copy()).toString());
  }
  consumer.close();
  return parts;
}

/** Turns a bit in every copy of a text in the file of pages. */
function damageText(directory: string, text: string): void {
  damage(join(directory, 'pages'), (bytes) => {
    let found = 0;
    for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
      bytes[at + 1] ^= 1;
      found++;
    }
    expect(found).toBeGreaterThan(0);
  });
}

test('index and next messages are there before anything else is read', async () => {
  const faults = new Faults();
  faults.plan('fd_pread', { holds: true }, ALL);
  const steps: Progress[] = [];
  const store = await opened<number, string>(copied(), {
    ...withFaults(faults), onProgress: (step) => steps.push(step),
  });
  const consumer = store.stream('orders').subscribe({ group: 'g' });
  const batch = consumer.nextSync(1000);
  expect(batch?.firstOffset).toBeGreaterThan(0);
  expect(Buffer.from([...batch!][0].copy()).toString()).toMatch(/^message <\d+> m+$/);
  // A new record needs no old one.
  store.put(-1, 'new');
  expect(store.get(-1)).toBe('new');
  expect(store.get(-2)).toBeUndefined();
  let isLoaded = false;
  const loaded = store.loaded().then(() => { isLoaded = true; });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isLoaded).toBe(false);
  faults.end();
  expect(store.get(0)).toBe(valueOf(0));
  await loaded;
  consumer.close();
  store.del(-1);
  expectAll(store);
  expect(store.check().problems).toEqual([]);
  const [first, last] = [steps[0], steps[steps.length - 1]];
  expect(first.phase).toBe('index');
  expect(last.phase).toBe('records');
  expect(last.done).toBe(last.total);
});

test.each(['lazy', 'full'] as const)('verify %s: the same store', async (verify) => {
  const store = await opened<number, string>(copied(), { ...SMALL, verify });
  // Scans and consumers wait for what they need, one record after the other.
  expectAll(store);
  const rest = restOf(store);
  rest.forEach((messages, partition) => {
    expect(messages.length).toBeGreaterThan(0);
    const first = Number(/<(\d+)>/.exec(messages[0])?.[1]);
    expect(messages).toEqual(Array.from({ length: messages.length }, (_, i) =>
      messageOf(first + 2 * i)));
    expect(messages[messages.length - 1]).toBe(messageOf(MESSAGES - 2 + partition));
  });
  expect(store.check().problems).toEqual([]);
});

test('writers that need old records wait for them', async () => {
  const directory = copied();
  const store = await opened<number, string>(directory);
  for (let key = 0; key < KEYS; key += 2) {
    if (key % 4 === 0) store.put(key, `new ${key}`);
    else expect(store.del(key)).toBe(true);
  }
  store.batch([{ type: 'put', key: 1, value: 'one' }, { type: 'del', key: 3 }]);
  expect(store.transaction((tx) => tx.get(5))).toBe(valueOf(5));
  const left = entriesOf(store);
  expect(store.check().problems).toEqual([]);
  await store.close();
  const again = await opened<number, string>(directory);
  expect(entriesOf(again)).toEqual(left);
  expect(again.check().problems).toEqual([]);
});

test('a damaged record is named, and all others are there', async () => {
  const directory = copied();
  damageText(directory, 'value <1500> ');
  const store = await opened<number, string>(directory);
  const corrupt = expect.objectContaining({
    code: 'CORRUPT', file: 'pages', offset: expect.any(Number) as number,
  }) as Error;
  expect(() => store.get(1500)).toThrow(corrupt);
  expect(() => store.read(1500, () => undefined)).toThrow(corrupt);
  expect(() => store.getMany([1, 1500])).toThrow(corrupt);
  expect(() => store.transaction((tx) => tx.get(1500))).toThrow(corrupt);
  await expect(store.loaded()).rejects.toMatchObject({ code: 'CORRUPT', file: 'pages' });
  const seen: number[] = [];
  expect(() => { for (const [key] of store.entries()) seen.push(key); }).toThrow(corrupt);
  // Some neighbours share its frame.
  expect(seen.length).toBeGreaterThan(1450);
  expect(seen.length).toBeLessThanOrEqual(1500);
  expect(store.get(KEYS - 1)).toBe(valueOf(KEYS - 1));
  expect(store.check().ok).toBe(false);
  // What is lost can be put again, or removed.
  for (let key = seen.length; key < 1550; key++) store.put(key, valueOf(key));
  expectAll(store);
  await store.close();
  const again = await opened<number, string>(directory);
  expectAll(again);
});

test('damage that a full verification finds keeps the store closed', async () => {
  const directory = copied();
  damageText(directory, 'value <1500> ');
  await expect(opened(directory, { ...SMALL, verify: 'full' })).rejects.toMatchObject({
    code: 'CORRUPT', file: 'pages', offset: expect.any(Number) as number,
  });
});

test('messages that are damaged end their consumer, and no other', async () => {
  const directory = copied();
  damageText(directory, `message <${MESSAGES / 2}> `);
  const store = await opened<number, string>(directory);
  expect(() => restOf(store)).toThrow(expect.objectContaining({ code: 'CORRUPT' }) as Error);
  expectAll(store);
});

test('a read that fails is told with its errno', async () => {
  const faults = new Faults();
  faults.plan('fd_pread', { errno: EIO }, { after: 20, behind: true });
  const store = await opened<number, string>(copied(), withFaults(faults));
  await expect(store.loaded()).rejects.toMatchObject({
    code: 'IO_ERROR', file: 'pages', cause: { code: 'EIO' },
  });
  expect(faults.done).toBe(1);
});

test('loaders that die are replaced', async () => {
  const faults = new Faults();
  faults.plan('fd_pread', { dies: true }, { after: 30, behind: true });
  const store = await opened<number, string>(copied(), withFaults(faults));
  await expect.poll(() => faults.done).toBe(1);
  faults.plan('fd_pread', { dies: true }, { after: 30, behind: true });
  expectAll(store);
  await store.loaded();
  expect(store.check().problems).toEqual([]);
});

test('closed while it is being loaded, again and again', async () => {
  const directory = copied();
  for (let i = 0; i < 5; i++) {
    const store = await opened<number, string>(directory);
    store.put(KEYS + i, 'more');
    await store.close();
  }
  const store = await opened<number, string>(directory);
  expect(entriesOf(store)).toHaveLength(KEYS + 5);
  expect(store.check().problems).toEqual([]);
});

test('killed while it is being loaded, again and again', async () => {
  const directory = copied();
  const path = fileURLToPath(compiled('lazy-holder'));
  for (let i = 0; i < 5; i++) {
    const child = spawn(process.execPath, [path, directory, String(KEYS + i)]);
    const [said] = await once(child.stdout, 'data') as [Buffer];
    expect(String(said)).toBe('put\n');
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const store = await opened<number, string>(directory);
  expect(entriesOf(store)).toHaveLength(KEYS + 5);
  expect(store.check().problems).toEqual([]);
});
