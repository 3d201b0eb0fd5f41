/**
 * Files that are damaged, cut or mixed up: refused with the file and the place, or read up to where
 * they are whole; never believed. They are opened as the opening thread of a store does it.
 */
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { open } from 'millrace';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileCore, Core } from '../../src/core.js';
import { filesIn } from '../../src/host/node/store-files.js';
import { openFiles } from '../../src/host/node/wasi.js';
import { restore } from '../../src/journal/restore.js';
import { sizesFor } from '../../src/sizes.js';
import { storeOn } from '../unit/store-support.js';
import { SMALL, damage, entriesOf, newDirectory } from './support.js';

const KEYS = 60;
const IMAGE = 'image';
const PAGES = 'pages';
const JOURNAL = 'journal.00000001';

const module = await compileCore();
const whole = mkdtempSync(join(tmpdir(), 'millrace-whole-'));
/** Where the last block begins, as far as anything was written. */
let used = 0;

async function fillStore(directory: string): Promise<number> {
  const store = await open<number, string>(directory, SMALL);
  for (let key = 0; key < KEYS; key++) {
    store.put(key, `value ${key}`.repeat(1 + key % 7), { durability: 'synced' });
  }
  await store.close();
  return readFileSync(join(directory, JOURNAL)).lastIndexOf('MRBLOCK1');
}

beforeAll(async () => {
  used = await fillStore(whole);
});

afterAll(() => rmSync(whole, { recursive: true }));

/** The entries in the files of a directory; all values and the whole region are looked at. */
async function load(directory: string): Promise<[number, string][]> {
  const { wasiOn } = await openFiles({ directory });
  const { memory, first } = await restore(module, filesIn(directory), wasiOn, {
    sizes: sizesFor(SMALL.maxMemory, SMALL.slots, true), verify: 'full', createIfMissing: false,
    errorIfExists: false,
  });
  const core = new Core(module, memory);
  core.attach(first.slot, first.generation);
  const store = storeOn<number, string>(core);
  expect(store.check().problems).toEqual([]);
  return entriesOf(store);
}

function copied(): string {
  const directory = newDirectory();
  cpSync(whole, directory, { recursive: true });
  return directory;
}

const expected = (count: number): [number, string][] =>
  Array.from({ length: count }, (_, key) => [key, `value ${key}`.repeat(1 + key % 7)]);

test('whole files bring back everything', async () => {
  expect(await load(copied())).toEqual(expected(KEYS));
});

describe('any changed byte', () => {
  const change = fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    mask: fc.integer({ min: 1, max: 255 }),
  });

  /** Changes a byte of a copy; what loading it comes to: its error, or its entries. */
  async function attempt(
    file: string, bytes: number, { place, mask }: { place: number; mask: number },
  ): Promise<unknown> {
    const directory = copied();
    damage(join(directory, file), (content) => {
      content[Math.floor(place * bytes)] ^= mask;
    });
    return load(directory).catch((error: unknown) => error);
  }

  test.each([
    // What is in no slot, and bytes between two blocks, are not read.
    [IMAGE, () => statSync(join(whole, IMAGE)).size],
    [PAGES, () => statSync(join(whole, PAGES)).size], [JOURNAL, () => used],
  ])('of %s is noticed, or of no use', async (file, size) => {
    await fc.assert(fc.asyncProperty(change, async (made) => {
      const outcome = await attempt(file, size(), made);
      if (Array.isArray(outcome)) {
        expect(outcome).toEqual(expected(KEYS));
        return;
      }
      expect(outcome).toMatchObject({
        name: 'MillraceError', file,
        code: expect.stringMatching(/^(CORRUPT|LAYOUT_MISMATCH)$/) as string,
      });
    }), { numRuns: 60 });
  });
});

test('a torn last block never happened', async () => {
  const directory = copied();
  damage(join(directory, JOURNAL), (bytes) => {
    bytes.fill(0, used + 80, used + 100);
  });
  const entries = await load(directory);
  expect(entries).toEqual(expected(entries.length));
  expect(entries.length).toBeGreaterThanOrEqual(KEYS - 1);
});

describe('a file that is', () => {
  test.each([
    [IMAGE, 100], [IMAGE, 64], [PAGES, 20_000], [PAGES, 64], [PAGES, 0],
    [JOURNAL, 100], [JOURNAL, 64], [JOURNAL, 10], [JOURNAL, 0],
  ])('cut: %s after %i bytes', async (file, bytes) => {
    const directory = copied();
    damage(join(directory, file), (content) => content.subarray(0, bytes));
    await expect(load(directory)).rejects.toMatchObject({ code: 'CORRUPT', file });
  });

  test('missing: the journal', async () => {
    const directory = copied();
    rmSync(join(directory, JOURNAL));
    await expect(load(directory)).rejects.toMatchObject({
      code: expect.stringMatching(/^(CORRUPT|IO_ERROR)$/) as string, file: JOURNAL,
    });
  });

  test.each([
    [IMAGE, PAGES], [PAGES, PAGES], [JOURNAL, JOURNAL],
  ])('of another store: %s', async (file, blamed) => {
    const directory = copied();
    const other = newDirectory();
    await fillStore(other);
    copyFileSync(join(other, file), join(directory, file));
    await expect(load(directory)).rejects.toMatchObject({ code: 'CORRUPT', file: blamed });
  });
});
