/**
 * The browser's WASI over handles in memory: what the core asks of files, and names that survive.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Wasi } from '../../src/wasi.js';
import { errnoOf } from '../../src/journal/errno.js';
import { Pool } from '../../src/host/browser/pool.js';
import type { AccessHandle } from '../../src/host/browser/pool.js';
import { wasiOver } from '../../src/host/browser/wasi.js';

/** A file as the browser keeps it; a handle that is opened on it again sees what is there. */
class FakeFile implements AccessHandle {
  bytes = new Uint8Array(0);
  /** What a loss of power leaves. */
  synced = new Uint8Array(0);
  failure: Error | undefined;
  /** The most bytes that one write moves. */
  most = Infinity;

  read(target: Uint8Array, { at }: { at: number }): number {
    const found = this.bytes.subarray(at, at + target.length);
    target.set(found);
    return found.length;
  }

  write(source: Uint8Array, { at }: { at: number }): number {
    if (this.failure) throw this.failure;
    const part = source.subarray(0, this.most);
    if (at + part.length > this.bytes.length) this.truncate(at + part.length);
    this.bytes.set(part, at);
    return part.length;
  }

  flush(): void {
    if (this.failure) throw this.failure;
    this.synced = this.bytes.slice();
  }

  getSize(): number {
    return this.bytes.length;
  }

  truncate(bytes: number): void {
    const before = this.bytes;
    this.bytes = new Uint8Array(bytes);
    this.bytes.set(before.subarray(0, bytes));
  }

  close(): void {
    this.failure = new Error('closed');
  }
}

const ERRNO = {
  BADF: errnoOf('EBADF'), NOENT: errnoOf('ENOENT'), NFILE: errnoOf('ENFILE'),
  NOSPC: errnoOf('ENOSPC'), IO: errnoOf('EIO'),
};
const CREATE = 1;
const TRUNCATE = 8;

// Where things lie in the memory of the calls.
const PATH = 0;
const TO = 64;
const RESULT = 128;
const VECTORS = 136;
const DATA = 1024;

let files: FakeFile[];
let pool: Pool;
let wasi: Wasi;
let bytes: Uint8Array;
let view: DataView;

/** Starts over with what is in the files. */
function restart(): void {
  pool = new Pool();
  for (const file of files) pool.adopt(file);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  bytes = new Uint8Array(memory.buffer);
  view = new DataView(memory.buffer);
  wasi = wasiOver(pool, memory);
}

beforeEach(() => {
  files = [new FakeFile(), new FakeFile(), new FakeFile()];
  restart();
});

const text = (address: number, value: string): [number, number] => {
  const encoded = new TextEncoder().encode(value);
  bytes.set(encoded, address);
  return [address, encoded.length];
};

function open(name: string, flags = 0): { errno: number; fd: number } {
  const errno = wasi.path_open(3, 0, ...text(PATH, name), flags, 0x0fffffffn, 0n, 0, RESULT);
  return { errno, fd: view.getUint32(RESULT, true) };
}

/** Lays the vectors of some lengths out, one behind the other. */
function vectors(lengths: number[]): [number, number] {
  let at = DATA;
  lengths.forEach((length, i) => {
    view.setUint32(VECTORS + 8 * i, at, true);
    view.setUint32(VECTORS + 8 * i + 4, length, true);
    at += length;
  });
  return [VECTORS, lengths.length];
}

function write(fd: number, content: string, offset: number, cut = content.length): number {
  text(DATA, content);
  const all = vectors([cut, content.length - cut]);
  expect(wasi.fd_pwrite(fd, ...all, BigInt(offset), RESULT)).toBe(0);
  return view.getUint32(RESULT, true);
}

function read(fd: number, length: number, offset: number): string {
  bytes.fill(0, DATA, DATA + length);
  expect(wasi.fd_pread(fd, ...vectors([length]), BigInt(offset), RESULT)).toBe(0);
  return new TextDecoder().decode(bytes.slice(DATA, DATA + view.getUint32(RESULT, true)));
}

function sizeOf(fd: number): bigint {
  expect(wasi.fd_filestat_get(fd, DATA)).toBe(0);
  return view.getBigUint64(DATA + 32, true);
}

describe('files of a pool through WASI', () => {
  test('what is written is read back, also after a restart', () => {
    const { errno, fd } = open('journal.00000001', CREATE);
    expect([errno, sizeOf(fd)]).toEqual([0, 0n]);
    expect(write(fd, 'hello, world', 5, 7)).toBe(12);
    expect(read(fd, 100, 5)).toBe('hello, world');
    expect(read(fd, 4, 8)).toBe('lo, ');
    expect(read(fd, 10, 17)).toBe('');
    expect(sizeOf(fd)).toBe(17n);
    restart();
    expect(read(open('journal.00000001').fd, 5, 5)).toBe('hello');
    expect(pool.names()).toEqual(['journal.00000001']);
  });

  test('a file that is not there is not found, and made only if that is asked for', () => {
    expect(open('image').errno).toBe(ERRNO.NOENT);
    expect(wasi.path_unlink_file(3, ...text(PATH, 'image'))).toBe(ERRNO.NOENT);
    expect(wasi.path_rename(3, ...text(PATH, 'image'), 3, ...text(TO, 'x'))).toBe(ERRNO.NOENT);
    expect(open('image', CREATE).errno).toBe(0);
    expect(open('image').errno).toBe(0);
  });

  test('opening can empty a file, and its size can be set', () => {
    const { fd } = open('image', CREATE);
    write(fd, 'old', 0);
    expect(sizeOf(open('image', CREATE).fd)).toBe(3n);
    expect(sizeOf(open('image', CREATE | TRUNCATE).fd)).toBe(0n);
    expect(wasi.fd_filestat_set_size(fd, 10n)).toBe(0);
    expect(read(fd, 20, 0)).toBe('\0'.repeat(10));
  });

  test('descriptors are good until they are closed', () => {
    const { fd } = open('image', CREATE);
    expect(wasi.fd_close(fd)).toBe(0);
    expect(wasi.fd_close(fd)).toBe(ERRNO.BADF);
    expect(wasi.fd_pread(fd, ...vectors([1]), 0n, RESULT)).toBe(ERRNO.BADF);
    expect(wasi.fd_datasync(fd)).toBe(ERRNO.BADF);
  });

  test('files that are removed are used again, empty', () => {
    const names = ['a', 'b', 'c'];
    for (const name of names) write(open(name, CREATE).fd, name, 0);
    expect([open('d', CREATE).errno, pool.spares]).toEqual([ERRNO.NFILE, 0]);
    expect(wasi.path_unlink_file(3, ...text(PATH, 'b'))).toBe(0);
    expect(sizeOf(open('d', CREATE).fd)).toBe(0n);
    expect(pool.names().sort()).toEqual(['a', 'c', 'd']);
  });

  test('short writes and failing ones are told', () => {
    const { fd } = open('image', CREATE);
    files[0].most = 3;
    expect(write(fd, 'hello', 0, 4)).toBe(3);
    files[0].failure = new DOMException('no room', 'QuotaExceededError');
    expect(wasi.fd_pwrite(fd, ...vectors([4]), 0n, RESULT)).toBe(ERRNO.NOSPC);
    files[0].failure = new Error('broken');
    expect(wasi.fd_pwrite(fd, ...vectors([4]), 0n, RESULT)).toBe(ERRNO.IO);
    expect(wasi.fd_datasync(fd)).toBe(ERRNO.IO);
  });
});

describe('a new file in the place of an old one', () => {
  const rename = (): number => wasi.path_rename(3, ...text(PATH, 'new'), 3, ...text(TO, 'name'));

  beforeEach(() => {
    for (const [name, content] of [['name', 'old'], ['new', 'NEW']]) {
      const { fd } = open(name, CREATE);
      write(fd, content, 0);
      expect(wasi.fd_sync(fd)).toBe(0);
    }
    expect(wasi.fd_sync(3)).toBe(0);
  });

  test('is the only one of that name', () => {
    expect(rename()).toBe(0);
    expect(read(open('name').fd, 9, 0)).toBe('NEW');
    restart();
    expect([pool.names(), pool.spares]).toEqual([['name'], 2]);
    expect(read(open('name').fd, 9, 0)).toBe('NEW');
  });

  test('is one of the two after any loss of power, whichever file had been written', () => {
    const before = files.map(({ synced }) => synced);
    expect(rename()).toBe(0);
    const after = files.map((file) => file.bytes);
    for (let written = 0; written < 2 ** files.length; written++) {
      files.forEach((file, i) => {
        // What was synced in the course of the call cannot be lost.
        const isKept = file.synced !== before[i] || (written >> i & 1) === 1;
        file.bytes = isKept ? after[i].slice() : before[i].slice();
      });
      restart();
      expect(['old', 'NEW']).toContain(read(open('name').fd, 9, 0));
    }
  });

  test('two files of one name are one after a restart: the newer one', () => {
    const [old] = files.map((file) => file.bytes.slice());
    expect(rename()).toBe(0);
    files[0].bytes = old;
    restart();
    expect(read(open('name').fd, 9, 0)).toBe('NEW');
    expect([pool.names(), pool.spares]).toEqual([['name'], 2]);
  });

  test('a damaged header is no name', () => {
    files[1].bytes[20] ^= 1;
    restart();
    expect([pool.names(), pool.spares]).toEqual([['name'], 2]);
  });
});
