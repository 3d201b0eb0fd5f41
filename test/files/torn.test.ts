// The end of the journal: what a crash may leave there opens, what a crash cannot leave is refused.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { open } from 'millrace';
import type { Store } from 'millrace';
import { newDirectory } from './support.js';

const OPTIONS = { maxMemory: 4 * 2 ** 20, slots: 4 };
const BLOCK = 'MRBLOCK1';
const HEADER = 64;

type Texts = Store<number, string>;

/** Overwrites until an image was taken, so that the journal begins behind it. */
async function untilImage(store: Texts): Promise<void> {
  const before = store.stats().journal?.checkpoints;
  for (let round = 0; store.stats().journal?.checkpoints === before; round++) {
    for (let key = 0; key < 30; key++) store.put(key, 'x'.repeat(3000) + round);
    await store.flushed();
  }
}

/** The segment that is written to, in a copy of the directory. */
function copied(directory: string, store: Texts): { copy: string; segment: string } {
  const copy = join(newDirectory(), 'copy');
  cpSync(directory, copy, { recursive: true });
  const number = String(store.stats().journal?.segment).padStart(8, '0');
  return { copy, segment: join(copy, `journal.${number}`) };
}

test('a torn block right behind an image never happened', async () => {
  const directory = join(newDirectory(), 'inner');
  const store: Texts = await open(directory, OPTIONS);
  await untilImage(store);
  await store.flushed({ durability: 'synced' });
  store.put(999, 'torn'.repeat(100));
  await store.flushed();
  const { copy, segment } = copied(directory, store);
  await store.close();
  const bytes = readFileSync(segment);
  bytes.fill(0, bytes.lastIndexOf(BLOCK) + HEADER);
  writeFileSync(segment, bytes);
  const again: Texts = await open(copy, OPTIONS);
  expect(again.get(999)).toBeUndefined();
  expect(again.get(1)).toMatch(/^x{3000}\d+$/);
  expect(again.check().problems).toEqual([]);
  await again.close();
});

test('after a clean close damage to the last commit is seen', async () => {
  const directory = join(newDirectory(), 'inner');
  const store: Texts = await open(directory, OPTIONS);
  store.put(1, 'first');
  await store.flushed({ durability: 'synced' });
  store.put(2, 'last');
  await store.flushed({ durability: 'synced' });
  await store.close();
  const segment = join(directory, 'journal.00000001');
  const bytes = readFileSync(segment);
  const at = bytes.lastIndexOf('last');
  bytes[at] ^= 1;
  writeFileSync(segment, bytes);
  await expect(open(directory, OPTIONS)).rejects.toMatchObject({
    code: 'CORRUPT', file: 'journal.00000001',
  });
});
