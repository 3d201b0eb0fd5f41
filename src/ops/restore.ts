/**
 * From a backup back to a store: verified as a whole before it gets its name.
 */
import { readFile, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MillraceError } from '../errors.js';
import { copyStore, syncDirectory } from '../host/node/copy-store.js';
import { lockDirectory } from '../host/node/directory-lock.js';
import { IMAGE, segmentName } from '../journal/failure.js';
import { regionKib } from '../journal/head.js';
import { open } from '../open.js';
import { checkNames } from '../options.js';
import { checkLong } from '../progress.js';
import type { LongOptions } from '../progress.js';

/** What was restored. */
export interface Restored {
  readonly keys: number;
  readonly bytes: number;
}

function refuse(code: string, what: string): MillraceError {
  return new MillraceError('IO_ERROR', what, { cause: Object.assign(new Error(code), { code }) });
}

/** @throws MillraceError IO_ERROR unless the place is free. */
async function checkFree(to: string): Promise<void> {
  const names = await readdir(to).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new MillraceError('IO_ERROR', `The directory ${to} cannot be used.`, { cause: error });
  });
  if (names.length > 0) throw refuse('ENOTEMPTY', `The directory ${to} is not empty.`);
}

/** Where the files of a store that nobody has open end. @throws MillraceError. */
async function endOf(from: string): Promise<{ segment: number; offset: number }> {
  const head = await readFile(join(from, IMAGE)).catch((cause: unknown) => {
    throw new MillraceError('IO_ERROR', `There is no backup in ${from}.`, { cause });
  });
  regionKib(head);
  const segments = (await readdir(from)).filter((name) => /^journal\.\d{8}$/.test(name)).sort();
  const last = segments.at(-1);
  if (last === undefined) throw new MillraceError('CORRUPT', 'The backup has no journal.');
  const segment = Number(last.slice(-8));
  return { segment, offset: (await stat(join(from, segmentName(segment)))).size };
}

/** @throws MillraceError CORRUPT when the copy is no whole store; what open throws. */
async function verify(directory: string): Promise<number> {
  const store = await open(directory, { createIfMissing: false, verify: 'full' });
  try {
    const { ok, problems, keys } = store.check({ full: true });
    if (ok) return keys;
    const [{ where, message }] = problems;
    throw new MillraceError('CORRUPT', `The backup is damaged: ${where}: ${message}.`);
  } finally {
    await store.close();
  }
}

/**
 * Makes a store out of a backup, which stays as it is. The copy is opened and inspected, every page
 * and record of it, before it takes its name; if that fails, or is aborted, nothing is left behind.
 * `onProgress` counts bytes, first of the copy ('copy'), then when it was verified ('verify').
 * Only where open works: on the main thread. O(bytes).
 * @param to A directory that is empty or not there: a store is never replaced.
 * @throws TypeError for wrong options. MillraceError LOCKED while somebody has the backup open;
 *   CORRUPT, LAYOUT_MISMATCH and IO_ERROR as for open; the signal's reason.
 */
export async function restore(
  from: string, to: string, options?: LongOptions,
): Promise<Restored> {
  if (typeof from !== 'string' || typeof to !== 'string' || from === '' || to === '') {
    throw new TypeError('restore needs two directories');
  }
  const given = checkNames(options, ['signal', 'onProgress'], 'restore');
  checkLong(given);
  const { signal, onProgress } = given;
  const source = resolve(from);
  const target = resolve(to);
  await checkFree(target);
  const release = await lockDirectory(source);
  const name = `.${basename(target)}.restore-${process.pid}-${Date.now()}`;
  const staging = join(dirname(target), name);
  try {
    const cut = await endOf(source);
    const { bytes } = await copyStore({
      from: source, to: staging, cut,
      check: () => signal?.throwIfAborted(),
      onProgress: onProgress && ((done, total) => onProgress({ phase: 'copy', done, total })),
    });
    const keys = await verify(staging);
    onProgress?.({ phase: 'verify', done: bytes, total: bytes });
    signal?.throwIfAborted();
    await rmdir(target).catch(() => undefined);
    await rename(staging, target);
    await syncDirectory(dirname(target));
    return { keys, bytes };
  } finally {
    release();
    await rm(staging, { recursive: true, force: true });
  }
}
