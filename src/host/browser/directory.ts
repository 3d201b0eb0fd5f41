/**
 * The directory of a store in a browser: found or made, locked, and opened in a worker of its own.
 */
import { MillraceError } from '../../errors.js';
import { fromPlain } from '../../journal/plain-error.js';
import type { PlainError } from '../../journal/plain-error.js';
import type { Restored, Wanted, Watch } from '../../journal/restore.js';
import { directoryAt, plainPath } from './opfs.js';
import { holdWithin } from './web-lock.js';

/** Where the files of a store are. Can be posted to other threads. */
export interface FilesAt {
  /** Path from the root of the origin private file system. */
  readonly directory: string;
}

/** A directory that this worker has for itself. */
export interface StoreDirectory {
  readonly files: FilesAt;
  /** Lets others have it. Calling it again does nothing. */
  release(): void;
}

/** A store that was made or loaded. */
export interface OpenedDirectory extends Restored {
  readonly directory: StoreDirectory;
}

/** What the opening worker starts with. */
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

/** A page that was closed or loaded again can take two seconds to end its workers. */
const GRACE_MS = 3000;

/** Runs the opening worker to its end. */
async function inWorker(start: OpenStart, watch: Watch | undefined): Promise<Restored> {
  const worker = new Worker(new URL('./open-worker.js', import.meta.url), { type: 'module' });
  try {
    const outcome = await new Promise<OpenOutcome>((settle, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<OpenNews | OpenOutcome>) => {
        if ('loading' in data) watch?.(data.loading);
        else settle(data);
      });
      worker.addEventListener('error', ({ message }) => {
        reject(new MillraceError('IO_ERROR', `The worker that opens stores failed: ${message}`));
      });
      worker.postMessage(start);
    });
    if ('failed' in outcome) throw fromPlain(outcome.failed);
    return outcome.opened;
  } finally {
    worker.terminate();
  }
}

/**
 * Opens the store in a directory, or makes a new one there.
 * @throws MillraceError LOCKED, IO_ERROR, CORRUPT, LAYOUT_MISMATCH or UNSUPPORTED; TypeError when
 *   the sizes of a new store do not fit.
 */
export async function openDirectory(
  location: string, module: WebAssembly.Module, wanted: Wanted, watch?: Watch,
): Promise<OpenedDirectory> {
  const files: FilesAt = { directory: plainPath(location) };
  await directoryAt(files.directory, wanted.createIfMissing);
  const release = await holdWithin(`millrace-directory-${files.directory}`, GRACE_MS);
  if (release === undefined) {
    throw new MillraceError('LOCKED', `The directory ${location} is open already.`);
  }
  try {
    return { ...await inWorker({ module, files, wanted }, watch), directory: { files, release } };
  } catch (error) {
    release();
    throw error;
  }
}
