/**
 * The directory of a store on Node: found or made, locked, and opened in a thread of its own.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MillraceError } from '../../errors.js';
import type { Restored, Wanted, Watch } from '../../journal/restore.js';
import { lockDirectory } from './directory-lock.js';
import { fromPlain } from '../../journal/plain-error.js';
import type { PlainError } from '../../journal/plain-error.js';
import type { FilesAt } from './wasi.js';

/** A directory that this process has for itself. */
export interface StoreDirectory {
  readonly files: FilesAt;
  /** Lets others have it. Calling it again does nothing. */
  release(): void;
}

/** A store that was made or loaded. */
export interface OpenedDirectory extends Restored {
  readonly directory: StoreDirectory;
}

/** What the opening thread starts with. */
export interface OpenStart {
  readonly module: WebAssembly.Module;
  readonly files: FilesAt;
  readonly wanted: Wanted;
}

/** What it says at its end. */
export type OpenOutcome = { readonly opened: Restored } | { readonly failed: PlainError };

/** What it says before: the memory that it is going to fill. */
export interface OpenNews {
  readonly loading: WebAssembly.Memory;
}

async function isThere(directory: string): Promise<boolean> {
  return stat(directory).then(() => true, () => false);
}

/**
 * Makes a directory, and those above it that are missing. Node's own recursion never ends where
 * ENOENT is said of a directory although the one above it is there, as below /proc.
 */
async function make(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    if (await isThere(directory)) return;
    const isRoot = dirname(directory) === directory;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || isRoot) throw error;
    await make(dirname(directory));
    await mkdir(directory);
  }
}

/** Makes sure that there is a directory. @throws MillraceError IO_ERROR */
async function prepare(directory: string, createIfMissing: boolean): Promise<void> {
  try {
    if (createIfMissing) await make(directory);
    if ((await stat(directory)).isDirectory()) return;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new MillraceError('IO_ERROR', `The directory ${directory} is not there: ${code}.`,
      { cause });
  }
  throw new MillraceError('IO_ERROR', `${directory} is not a directory.`);
}

/** Runs the opening thread to its end. */
async function inThread(start: OpenStart, watch: Watch | undefined): Promise<Restored> {
  const worker = new Worker(new URL('./open-worker.js', import.meta.url), {
    workerData: start, execArgv: [],
  });
  const outcome = await new Promise<OpenOutcome>((settle, reject) => {
    worker.on('message', (said: OpenNews | OpenOutcome) => {
      if ('loading' in said) watch?.(said.loading);
      else settle(said);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The opening thread ended without a word')));
  }).catch((cause: unknown) => {
    throw new MillraceError('IO_ERROR', 'The thread that opens the store has failed.', { cause });
  });
  await worker.terminate();
  if ('failed' in outcome) throw fromPlain(outcome.failed);
  return outcome.opened;
}

/**
 * Opens the store in a directory, or makes a new one there.
 * @throws MillraceError LOCKED, IO_ERROR, CORRUPT, LAYOUT_MISMATCH or UNSUPPORTED; TypeError when
 *   the sizes of a new store do not fit.
 */
export async function openDirectory(
  location: string, module: WebAssembly.Module, wanted: Wanted, watch?: Watch,
  wrapper?: FilesAt['wrapper'],
): Promise<OpenedDirectory> {
  const files: FilesAt = { directory: resolve(location), ...(wrapper && { wrapper }) };
  await prepare(files.directory, wanted.createIfMissing);
  const release = await lockDirectory(files.directory);
  try {
    return { ...await inThread({ module, files, wanted }, watch), directory: { files, release } };
  } catch (error) {
    release();
    throw error;
  }
}
