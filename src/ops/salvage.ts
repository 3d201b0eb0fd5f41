/**
 * What is left of a store that cannot be opened any more.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { MillraceError } from '../errors.js';
import { lockDirectory } from '../host/node/directory-lock.js';
import { IMAGE } from '../journal/failure.js';
import { regionKib } from '../journal/head.js';
import { LAYOUT } from '../layout.js';
import { open } from '../open.js';
import type { OpenOptions } from '../open.js';
import { checkFunction, checkNames } from '../options.js';
import { checkLong, turn } from '../progress.js';
import type { LongOptions } from '../progress.js';
import type { Damage } from '../salvage/files.js';
import { readRemains } from '../salvage/read.js';
import type { Remains, SalvagedEntry } from '../salvage/read.js';
import { xxh64 } from '../xxh64.js';

/** Options of salvage. */
export interface SalvageOptions extends LongOptions {
  /** A directory, empty or not there, for a new store of what is found. */
  readonly to?: string;
  /** Size of that store's region; default that of the damaged one. */
  readonly maxMemory?: number;
  /** Is called with each entry; its key and value are encoded, and valid only inside the call. */
  readonly onEntry?: (entry: SalvagedEntry) => void;
}

/** What was found, and what was not. Keys are encoded, as hexadecimal digits. */
export interface SalvageReport {
  /** Epoch up to which the structure was whole; undefined: none could be followed. */
  readonly epoch: number | undefined;
  /** Entries that the structure leads to. */
  readonly reachable: number;
  /** Entries that nothing leads to any more: they may have been replaced or removed since. */
  readonly loose: number;
  /** What is wrong with the files. */
  readonly damage: readonly Damage[];
  /**
   * Keys whose newest record is gone; with `isPrefix` the key is longer, and only its beginning is
   * known. An older record of it may have been found.
   */
  readonly lostKeys: readonly { readonly key: string; readonly isPrefix: boolean }[];
  /** Ranges of which nothing is known: from, up to, not including, to (undefined: the last key). */
  readonly lostRanges: readonly { readonly from: string; readonly to: string | undefined }[];
}

const { ImageHeader, JOURNAL_HEADER, HEADER_CHECKED } = LAYOUT.journal;

const NAMES = ['to', 'maxMemory', 'onEntry', 'signal', 'onProgress'];

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

function reportOf({ lostEntries, lostRanges, ...rest }: Remains): SalvageReport {
  return {
    ...rest,
    lostKeys: lostEntries.map(({ key, isPrefix }) => ({ key: hex(key), isPrefix })),
    lostRanges: lostRanges.map(({ from, to }) => ({ from: hex(from), to: to && hex(to) })),
  };
}

/** Bytes of the damaged store's region, if its root still says so. */
function regionBytes(directory: string): number | undefined {
  try {
    return regionKib(readFileSync(join(directory, IMAGE))) * 1024;
  } catch {
    return undefined;
  }
}

/**
 * A header that was damaged says nothing about its version; one with its checksum does.
 * @throws MillraceError LAYOUT_MISMATCH when the files are of another version.
 */
function checkVersion(directory: string): void {
  if (!existsSync(join(directory, IMAGE))) return;
  const head = readFileSync(join(directory, IMAGE)).subarray(0, JOURNAL_HEADER);
  if (head.length < JOURNAL_HEADER) return;
  const view = new DataView(head.buffer, head.byteOffset, JOURNAL_HEADER);
  const isWhole = view.getBigUint64(ImageHeader.checksum, true) === xxh64(view, 0, HEADER_CHECKED);
  if (isWhole) regionKib(head);
}

async function readAll(
  directory: string, emit: (entry: SalvagedEntry) => void, { signal, onProgress }: LongOptions,
): Promise<SalvageReport> {
  let done = 0;
  const steps = readRemains(directory, (entry) => {
    done++;
    emit(entry);
  });
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return reportOf(step.value);
    onProgress?.({ phase: step.value, done, total: undefined });
    await turn();
    signal?.throwIfAborted();
  }
}

async function intoStore(
  from: string, to: string, onEntry: SalvageOptions['onEntry'], options: SalvageOptions,
): Promise<SalvageReport> {
  const isThere = existsSync(to);
  if (isThere && readdirSync(to).length > 0) {
    const cause = Object.assign(new Error('ENOTEMPTY'), { code: 'ENOTEMPTY' });
    throw new MillraceError('IO_ERROR', `The directory ${to} is not empty.`, { cause });
  }
  const maxMemory = options.maxMemory ?? regionBytes(from);
  const sized: OpenOptions<Uint8Array, Uint8Array> = {
    keyEncoding: 'binary', valueEncoding: 'binary', ...maxMemory !== undefined && { maxMemory },
  };
  const store = await open<Uint8Array, Uint8Array>(to, sized);
  try {
    const report = await readAll(from, (entry) => {
      onEntry?.(entry);
      store.put(entry.key, entry.value);
    }, options);
    await store.close();
    return report;
  } catch (error) {
    await store.close().catch(() => undefined);
    for (const name of readdirSync(to)) await rm(join(to, name), { force: true });
    if (!isThere) await rm(to, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Finds what is left of a damaged store, which is not opened and not changed: every entry that can
 * be reached through structure whose checksums hold, then every record that nothing leads to and
 * whose own checksum holds, of each key the newest. Of a key that the structure is known not to
 * have nothing is brought back. Streams are not salvaged.
 * It needs memory for the region and for the records that nothing leads to; the signal is looked at
 * between steps. O(bytes).
 * @throws TypeError for wrong options. MillraceError IO_ERROR when the directory cannot be read, or
 *   `to` is not empty; LOCKED while somebody has it open; LAYOUT_MISMATCH for files of another
 *   version; what open and put throw for `to`: nothing is left there then. The signal's reason.
 */
export async function salvage(from: string, options?: SalvageOptions): Promise<SalvageReport> {
  if (typeof from !== 'string' || from === '') throw new TypeError('salvage needs a directory');
  const given = checkNames(options, NAMES, 'salvage');
  checkLong(given);
  const { to, onEntry } = given;
  if (to !== undefined && (typeof to !== 'string' || to === '')) {
    throw new TypeError('to is the path of a directory');
  }
  if (onEntry !== undefined) checkFunction(onEntry, 'onEntry');
  const source = resolve(from);
  const release = await lockDirectory(source);
  try {
    checkVersion(source);
    if (to !== undefined) return await intoStore(source, resolve(to), onEntry, given);
    return await readAll(source, (entry) => onEntry?.(entry), given);
  } finally {
    release();
  }
}
