// Salvage of damaged stores: the newest records of all keys are known, and which bytes were
// damaged; so it is known which of them must be found.

import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'millrace';
import { salvage } from 'millrace/ops';

const MIB = 1024 * 1024;
const OPTIONS = {
  maxMemory: 8 * MIB, slots: 4, checkpointBytes: 256 * 1024,
  keyEncoding: 'utf8', valueEncoding: 'utf8',
} as const;
const KEYS = 3000;
const OVERWRITES = 6000;
const BATCH = 20;

export interface SalvagesReport {
  readonly stores: number;
  readonly salvage_expected: number;
  readonly salvage_found: number;
  /** Entries that are not what the store held, and were said to be reachable. */
  readonly salvage_wrong: number;
  /** Entries of the store that were not found, and that the report does not name. */
  readonly unnamed: number;
  readonly what: readonly string[];
}

/** A repeatable source of numbers below a bound. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Values can be found in files: each occurs once. */
const valueOf = (key: string, round: number, random: (below: number) => number): string =>
  `<${key}|${round}|${'x'.repeat(random(300))}>`;

const keyOf = (i: number): string => (i % 3 === 0 ? `k${i}` : `a longer key, number ${i}`);

/** A store with a checkpoint, a journal behind it, and dead records; what it holds. */
async function makeStore(
  directory: string, random: (below: number) => number,
): Promise<Map<string, string>> {
  const held = new Map<string, string>();
  const store = await open<string, string>(directory, OPTIONS);
  for (let i = 0; i < KEYS; i++) {
    held.set(keyOf(i), valueOf(keyOf(i), 0, random));
    store.put(keyOf(i), held.get(keyOf(i))!);
  }
  await store.compact();
  for (let round = 1; round <= OVERWRITES; round++) {
    const key = keyOf(random(KEYS));
    if (random(8) === 0) {
      held.delete(key);
      store.del(key);
      continue;
    }
    held.set(key, valueOf(key, round, random));
    if (round % BATCH === 0) store.batch([{ type: 'put', key, value: held.get(key)! }]);
    else store.put(key, held.get(key)!);
    // The end of the journal has records that no checkpoint has.
    if (round === OVERWRITES / 2) await store.compact();
  }
  await store.close();
  return held;
}

/** Every place of every value in the files, by key. */
function placesOf(
  files: ReadonlyMap<string, Buffer>, held: ReadonlyMap<string, string>,
): Map<string, [file: string, from: number, end: number][]> {
  const places = new Map<string, [string, number, number][]>();
  const newest = new Map([...held].map(([key, value]) => [value, key]));
  for (const [name, bytes] of files) {
    const text = bytes.toString('latin1');
    for (const { 0: value, index } of text.matchAll(/<[^<>|]+\|\d+\|x*>/g)) {
      const key = newest.get(value);
      if (key === undefined) continue;
      // Header, then the padded key, then the value, padded.
      const from = index - Math.ceil(key.length / 8) * 8 - 32;
      const end = index + Math.ceil(value.length / 8) * 8;
      // In the file the page before may be another one than in the region.
      if (from < 0 || bytes.readUInt32LE(from) !== end - from) continue;
      places.set(key, [...places.get(key) ?? [], [name, from, end]]);
    }
  }
  return places;
}

type Damages = readonly (readonly [file: string, from: number, end: number])[];

/** Flips, holes and missing files; what is changed, and where. */
function damage(
  files: Map<string, Buffer>, random: (below: number) => number, kind: number,
): Damages {
  const names = [...files.keys()];
  const hit: [string, number, number][] = [];
  const zero = (name: string, from: number, bytes: number): void => {
    const file = files.get(name)!;
    const end = Math.min(file.length, from + bytes);
    file.fill(0, from, end);
    hit.push([name, from, end]);
  };
  const flip = (name: string, at: number): void => {
    files.get(name)![at] ^= 1 << random(8);
    hit.push([name, at, at + 1]);
  };
  const segments = names.filter((name) => name.startsWith('journal'));
  const anyOf = (all: readonly string[]): string => all[random(all.length)];
  const sizeOf = (name: string): number => files.get(name)!.length;
  if (kind === 0) for (let i = 0; i < 20; i++) flip('pages', random(sizeOf('pages')));
  else if (kind === 1) for (let i = 0; i < 4; i++) zero('pages', random(sizeOf('pages')), 8192);
  else if (kind === 2) flip('image', random(sizeOf('image')));
  else if (kind === 3) for (const name of segments) flip(name, 64 + random(sizeOf(name) - 64));
  else if (kind === 4) {
    // Without the last segment a journal merely ends earlier, and nobody can tell.
    const name = anyOf([...segments.slice(0, -1), 'pages', 'image']);
    zero(name, 0, Infinity);
    files.delete(name);
  } else if (kind === 5) {
    const name = anyOf(['pages', ...segments]);
    const from = random(sizeOf(name));
    zero(name, from, Infinity);
    files.set(name, files.get(name)!.subarray(0, from));
  } else for (const name of names) flip(name, random(sizeOf(name)));
  return hit;
}

/** A page that is next to its region's neighbour in the file, too, or a record in one page. */
function isIn([file, from, end]: readonly [string, number, number], hit: Damages): boolean {
  return hit.some(([name, start, stop]) => name === file && start < end && from < stop);
}

interface Verdict {
  readonly expected: number;
  readonly found: number;
  readonly wrong: number;
  readonly unnamed: number;
}

async function judge(
  directory: string, held: ReadonlyMap<string, string>, expected: ReadonlySet<string>,
): Promise<Verdict> {
  const seen = new Map<string, string>();
  const old: string[] = [];
  const report = await salvage(directory, {
    onEntry: ({ key, value, isReachable }) => {
      const [name, text] = [Buffer.from(key).toString(), Buffer.from(value).toString()];
      seen.set(name, text);
      if (isReachable && held.get(name) !== text) old.push(name);
    },
  });
  // Without all of the journal the structure is that of an earlier moment, and says so.
  const wrong = old.filter((key) => !isNamed(Buffer.from(key).toString('hex'), report)).length;
  const found = [...expected].filter((key) => seen.get(key) === held.get(key)).length;
  const unnamed = [...held].filter(([key, value]) =>
    seen.get(key) !== value && !isNamed(Buffer.from(key).toString('hex'), report)).length;
  return { expected: expected.size, found, wrong, unnamed };
}

/** Whether the report says that the key may be missing. */
function isNamed(key: string, report: Awaited<ReturnType<typeof salvage>>): boolean {
  const { lostKeys, lostRanges, damage: damages } = report;
  if (damages.some(({ file }) => file.startsWith('journal'))) return true;
  return lostKeys.some((lost) => (lost.isPrefix ? key.startsWith(lost.key) : key === lost.key)) ||
    lostRanges.some(({ from, to }) => key >= from && (to === undefined || key < to));
}

/** Damages so many copies of a store, and salvages each. */
export async function runSalvages(
  stores: number, seed: number, note: (text: string) => void,
): Promise<SalvagesReport> {
  const parent = mkdtempSync(join(tmpdir(), 'millrace-salvage-'));
  const sums = { expected: 0, found: 0, wrong: 0, unnamed: 0 };
  const what: string[] = [];
  try {
    const original = join(parent, 'original');
    const held = await makeStore(original, randomFrom(seed));
    const names = readdirSync(original);
    for (let i = 0; i < stores; i++) {
      const copy = join(parent, 'copy');
      cpSync(original, copy, { recursive: true });
      const files = new Map(names.map((name) => [name, readFileSync(join(copy, name))]));
      const places = placesOf(files, held);
      const hit = damage(files, randomFrom(seed * 1000 + i + 1), i % 7);
      for (const name of names) {
        const bytes = files.get(name);
        if (bytes === undefined) rmSync(join(copy, name));
        else writeFileSync(join(copy, name), bytes);
      }
      const expected = new Set([...places]
        .filter(([, all]) => all.some((place) => !isIn(place, hit))).map(([key]) => key));
      const verdict = await judge(copy, held, expected);
      sums.expected += verdict.expected;
      sums.found += verdict.found;
      sums.wrong += verdict.wrong;
      sums.unnamed += verdict.unnamed;
      if (verdict.expected !== verdict.found || verdict.wrong + verdict.unnamed > 0) {
        what.push(`store ${i} of seed ${seed}, damage ${i % 7}: ${JSON.stringify(verdict)}`);
      }
      note(`salvage ${i + 1} of ${stores}: ${verdict.found} of ${verdict.expected}`);
      rmSync(copy, { recursive: true });
    }
  } finally {
    rmSync(parent, { recursive: true });
  }
  return {
    stores, salvage_expected: sums.expected, salvage_found: sums.found, salvage_wrong: sums.wrong,
    unnamed: sums.unnamed, what,
  };
}
