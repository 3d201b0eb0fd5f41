/**
 * Directories of the origin private file system, and the pools of open files in them.
 */
import { MillraceError } from '../../errors.js';
import { Pool } from './pool.js';
import type { AccessHandle } from './pool.js';
import { hold } from './web-lock.js';

/** Only workers have this call, and so only the types of workers. */
interface SyncFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<AccessHandle>;
}

/** How many files are opened ahead: more than one turn of a journal worker takes into use. */
const SPARES = 4;

/** Files of a thread that has just ended become free a moment after its locks. */
const RETRY_MS = 5;
const RETRIES = 1000;

const PREFIX = 'pool.';

/** One name for every spelling of a path. */
export function plainPath(location: string): string {
  return location.split('/').filter((part) => part !== '' && part !== '.').join('/');
}

/**
 * The directory with that path.
 * @throws MillraceError IO_ERROR
 */
export async function directoryAt(
  path: string, create: boolean,
): Promise<FileSystemDirectoryHandle> {
  try {
    let directory = await navigator.storage.getDirectory();
    for (const part of path === '' ? [] : path.split('/')) {
      directory = await directory.getDirectoryHandle(part, { create });
    }
    return directory;
  } catch (cause) {
    throw new MillraceError('IO_ERROR', `The directory ${path} cannot be opened.`, { cause });
  }
}

async function openHandle(file: FileSystemFileHandle): Promise<AccessHandle> {
  for (let i = 0; ; i++) {
    try {
      return await (file as SyncFileHandle).createSyncAccessHandle();
    } catch (error) {
      const isTaken = (error as Error).name === 'NoModificationAllowedError';
      if (!isTaken || i === RETRIES) throw error;
      await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
    }
  }
}

/** The pool of a directory, which only one thread can have open at a time. */
export class OpfsPool extends Pool {
  private constructor(
    private readonly directory: FileSystemDirectoryHandle,
    private readonly release: () => void,
  ) {
    super();
  }

  /** Waits until the thread that has the directory's files open has closed them, or has ended. */
  static async open(path: string): Promise<OpfsPool> {
    const release = await hold(`millrace-files-${path}`);
    const directory = await directoryAt(path, false);
    const pool = new OpfsPool(directory, release);
    for await (const [name, entry] of directory.entries()) {
      if (entry.kind !== 'file' || !name.startsWith(PREFIX)) continue;
      pool.adopt(await openHandle(entry as FileSystemFileHandle));
    }
    await pool.fill();
    return pool;
  }

  /** Opens spare files until there are enough of them. */
  async fill(): Promise<void> {
    while (this.spares < SPARES) {
      const name = `${PREFIX}${this.size}`;
      this.adopt(await openHandle(await this.directory.getFileHandle(name, { create: true })));
    }
  }

  override close(): void {
    super.close();
    this.release();
  }
}
