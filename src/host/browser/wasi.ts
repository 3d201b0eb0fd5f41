/**
 * The ten calls of WASI preview1 that the core makes, over a pool of open files.
 * Source: WASI preview1, witx/wasi_snapshot_preview1.witx.
 */
import type { Wasi } from '../../wasi.js';
import { errnoOf } from '../../journal/errno.js';
import type { Pool, PooledFile } from './pool.js';

const SUCCESS = 0;
const DIRECTORY = 3;
const OFLAGS_CREAT = 1;
const OFLAGS_TRUNC = 8;

// A ciovec: address u32, bytes u32. A filestat: filetype u8 at 16, size u64 at 32.
const IOVEC_BYTES = 8;
const FILESTAT_BYTES = 64;
const FILESTAT_TYPE = 16;
const FILESTAT_LINKS = 24;
const FILESTAT_SIZE = 32;
const REGULAR_FILE = 4;

/** A failure of a call that the browser has no part in. */
class Refusal extends Error {
  constructor(readonly errno: 'EBADF' | 'ENOENT' | 'ENFILE') {
    super(errno);
  }
}

/** The errno of a refusal, or of what a browser throws. */
function errnoIn(error: unknown): number {
  if (error instanceof Refusal) return errnoOf(error.errno);
  const isFull = error instanceof DOMException && error.name === 'QuotaExceededError';
  return errnoOf(isFull ? 'ENOSPC' : 'EIO');
}

/** What is open in one instance, and the memory through which it speaks. */
class Descriptors {
  private readonly open = new Map<number, PooledFile>();
  private last = DIRECTORY;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(readonly pool: Pool, memory: WebAssembly.Memory) {
    this.bytes = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
  }

  file(descriptor: number): PooledFile {
    const file = this.open.get(descriptor);
    if (file === undefined) throw new Refusal('EBADF');
    return file;
  }

  named(path: number, pathBytes: number): PooledFile {
    const file = this.pool.find(this.text(path, pathBytes));
    if (file === undefined) throw new Refusal('ENOENT');
    return file;
  }

  /** Decoded from a copy: decoders refuse shared memory. */
  text(address: number, length: number): string {
    return new TextDecoder().decode(this.bytes.slice(address >>> 0, (address >>> 0) + length));
  }

  openAt(path: number, pathBytes: number, flags: number, descriptor: number): void {
    const name = this.text(path, pathBytes);
    let file = this.pool.find(name);
    if (file === undefined) {
      if ((flags & OFLAGS_CREAT) === 0) throw new Refusal('ENOENT');
      file = this.pool.create(name);
      if (file === undefined) throw new Refusal('ENFILE');
    } else if ((flags & OFLAGS_TRUNC) !== 0) file.bytes = 0;
    this.last += 1;
    this.open.set(this.last, file);
    this.view.setUint32(descriptor >>> 0, this.last, true);
  }

  close(descriptor: number): void {
    this.file(descriptor);
    this.open.delete(descriptor);
  }

  /** Reads or writes piece by piece, and stops behind one that was not moved as a whole. */
  move(
    vectors: number, count: number, offset: bigint, moved: number,
    one: (piece: Uint8Array, at: number) => number,
  ): void {
    let done = 0;
    for (let i = 0; i < count; i++) {
      const vector = (vectors >>> 0) + i * IOVEC_BYTES;
      const address = this.view.getUint32(vector, true);
      const length = this.view.getUint32(vector + 4, true);
      const part = one(this.bytes.subarray(address, address + length), Number(offset) + done);
      done += part;
      if (part < length) break;
    }
    this.view.setUint32(moved >>> 0, done, true);
  }

  status(file: PooledFile, address: number): void {
    const at = address >>> 0;
    this.bytes.fill(0, at, at + FILESTAT_BYTES);
    this.bytes[at + FILESTAT_TYPE] = REGULAR_FILE;
    this.view.setBigUint64(at + FILESTAT_LINKS, 1n, true);
    this.view.setBigUint64(at + FILESTAT_SIZE, BigInt(file.bytes), true);
  }
}

type Run = (...args: never[]) => void;

/** Calls answer with a number, whatever happens inside of them. */
function answering<Calls extends Record<keyof Wasi, Run>>(calls: Calls): Wasi {
  const one = (run: Run) => (...args: (number | bigint)[]): number => {
    try {
      run(...args as never[]);
      return SUCCESS;
    } catch (error) {
      return errnoIn(error);
    }
  };
  return Object.fromEntries(Object.entries(calls).map(([name, run]) => [name, one(run)])) as Wasi;
}

/** The calls of one instance. The directory is file descriptor 3, as if it had been preopened. */
export function wasiOver(pool: Pool, memory: WebAssembly.Memory): Wasi {
  const fds = new Descriptors(pool, memory);
  const sync = (fd: number): void => {
    if (fd === DIRECTORY) pool.syncNames();
    else fds.file(fd).sync();
  };
  return answering({
    path_open: (
      _fd: number, _lookup: number, path: number, pathBytes: number, flags: number,
      _rights: bigint, _inheriting: bigint, _fdflags: number, descriptor: number,
    ) => fds.openAt(path, pathBytes, flags, descriptor),
    fd_close: (fd: number) => fds.close(fd),
    fd_pread: (fd: number, vectors: number, count: number, offset: bigint, moved: number) => {
      const file = fds.file(fd);
      fds.move(vectors, count, offset, moved, (piece, at) => file.read(piece, at));
    },
    fd_pwrite: (fd: number, vectors: number, count: number, offset: bigint, moved: number) => {
      const file = fds.file(fd);
      fds.move(vectors, count, offset, moved, (piece, at) => file.write(piece, at));
    },
    fd_datasync: sync,
    fd_sync: sync,
    fd_filestat_get: (fd: number, address: number) => fds.status(fds.file(fd), address),
    fd_filestat_set_size: (fd: number, bytes: bigint) => { fds.file(fd).bytes = Number(bytes); },
    path_rename: (
      _fd: number, path: number, pathBytes: number, _newFd: number, to: number, toBytes: number,
    ) => pool.rename(fds.named(path, pathBytes), fds.text(to, toBytes)),
    path_unlink_file: (_fd: number, path: number, pathBytes: number) =>
      pool.remove(fds.named(path, pathBytes)),
  });
}
