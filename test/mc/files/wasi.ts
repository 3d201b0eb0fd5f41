// WASI preview1 over a disk that is a value. Descriptors are inode numbers, so that they are no
// state: closing does nothing, and a descriptor outlives the thread that opened it.

import type { WasmValue } from '../scenario.js';
import type { Contents } from './contents.js';
import {
  GONE, RESIZE, doomedFile, syncedFile, syncedNames, withFile, withNames, withPiece, type Disk,
  type File,
} from './disk.js';

const FIRST_DESCRIPTOR = 16;
const DIRECTORY = 3;
const CREATE = 1;
const TRUNCATE = 8;
const OK = 0;
const IO = 29;
const NO_ENTRY = 44;
const LINKS_IN_STATUS = 24;
const SIZE_IN_STATUS = 32;
/** Journal files are written up to the next multiple of this at a time. */
const PIECE_BYTES = 96;

/** The memory of the instance that calls. */
export interface GuestMemory {
  readonly u8: Uint8Array;
  storeBytes(address: number, bytes: Uint8Array): void;
}

/** Where the disk is kept; `fails` may refuse a call with an errno, a `fill` by writing nothing. */
export interface DiskKeeper {
  readonly contents: Contents;
  disk: Disk;
  fails?(call: string, file: File | null): boolean;
}

export class Wasi {
  /** @param most Bytes that one read gives at most. */
  constructor(
    private readonly memory: GuestMemory, private readonly keeper: DiskKeeper,
    private readonly most = Infinity,
  ) {}

  imports(): WebAssembly.ModuleImports {
    return {
      path_open: (_fd: number, _lookup: number, path: number, length: number, flags: number,
        _rights: bigint, _inheriting: bigint, _fdflags: number, out: number) =>
        this.open(this.name(path, length), flags, out),
      path_rename: (_fd: number, path: number, length: number, _newFd: number, newPath: number,
        newLength: number) => this.rename(this.name(path, length), this.name(newPath, newLength)),
      path_unlink_file: (_fd: number, path: number, length: number) =>
        this.unlink(this.name(path, length)),
      fd_close: () => OK,
      fd_pread: (fd: number, iov: number, _count: number, offset: bigint, moved: number) =>
        this.read(fd, iov, Number(offset), moved),
      fd_pwrite: (fd: number, iov: number, _count: number, offset: bigint, moved: number) =>
        this.write(fd, iov, Number(offset), moved),
      fd_datasync: (fd: number) => this.sync(fd),
      fd_sync: (fd: number) => this.sync(fd),
      fd_filestat_get: (fd: number, status: number) => this.status(fd, status),
      fd_filestat_set_size: (fd: number, bytes: WasmValue) => this.resize(fd, Number(bytes)),
    };
  }

  private name(path: number, length: number): string {
    return Buffer.from(this.memory.u8.slice(path, path + length)).toString('latin1');
  }
  private load32(address: number): number {
    return new DataView(this.memory.u8.buffer).getUint32(address, true);
  }
  private store32(address: number, value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    this.memory.storeBytes(address, bytes);
  }
  private file(fd: number): File {
    return this.keeper.disk.files[fd - FIRST_DESCRIPTOR];
  }
  private replace(fd: number, file: File): void {
    const { keeper } = this;
    if (file !== this.file(fd)) keeper.disk = withFile(keeper.disk, fd - FIRST_DESCRIPTOR, file);
  }

  private open(name: string, flags: number, out: number): number {
    const { keeper } = this;
    if (keeper.fails?.('open', null)) return IO;
    let inode = keeper.disk.names[name];
    if (inode === undefined) {
      if (!(flags & CREATE)) return NO_ENTRY;
      inode = keeper.disk.files.length;
      const { empty } = keeper.contents;
      const file = {
        safe: empty, now: empty, pieces: [], doomed: 0, cut: name.startsWith('journal'),
      };
      keeper.disk = withNames(withFile(keeper.disk, inode, file), [[name, inode]]);
    }
    const fd = FIRST_DESCRIPTOR + inode;
    if (flags & TRUNCATE && this.file(fd).now !== keeper.contents.empty) this.resize(fd, 0);
    this.store32(out, fd);
    return OK;
  }
  private rename(from: string, to: string): number {
    const { keeper } = this;
    const inode = keeper.disk.names[from];
    if (inode === undefined) return NO_ENTRY;
    if (keeper.fails?.('rename', this.file(FIRST_DESCRIPTOR + inode))) return IO;
    keeper.disk = withNames(keeper.disk, [[from, GONE], [to, inode]]);
    return OK;
  }
  private unlink(name: string): number {
    const { keeper } = this;
    if (keeper.disk.names[name] === undefined) return NO_ENTRY;
    keeper.disk = withNames(keeper.disk, [[name, GONE]]);
    return OK;
  }

  private read(fd: number, iov: number, offset: number, moved: number): number {
    if (this.keeper.fails?.('read', this.file(fd))) return IO;
    const [address, bytes] = [this.load32(iov), this.load32(iov + 4)];
    const end = offset + Math.min(bytes, this.most);
    const found = this.keeper.contents.at(this.file(fd).now).subarray(offset, end);
    this.memory.storeBytes(address, found);
    this.store32(moved, found.length);
    return OK;
  }
  private write(fd: number, iov: number, offset: number, moved: number): number {
    const { contents } = this.keeper;
    const file = this.file(fd);
    if (this.keeper.fails?.('write', file)) return IO;
    if (this.keeper.fails?.('fill', file)) {
      this.store32(moved, 0);
      return OK;
    }
    const [address, wanted] = [this.load32(iov), this.load32(iov + 4)];
    const bytes = file.cut ? Math.min(wanted, PIECE_BYTES - offset % PIECE_BYTES) : wanted;
    const data = contents.add(this.memory.u8.slice(address, address + bytes));
    this.replace(fd, withPiece(contents, file, offset, data));
    this.store32(moved, bytes);
    return OK;
  }
  private resize(fd: number, bytes: number): number {
    if (this.keeper.fails?.('resize', this.file(fd))) return IO;
    this.replace(fd, withPiece(this.keeper.contents, this.file(fd), RESIZE, bytes));
    return OK;
  }
  private sync(fd: number): number {
    const { keeper } = this;
    if (fd === DIRECTORY) {
      if (keeper.fails?.('sync', null)) return IO;
      keeper.disk = syncedNames(keeper.disk);
      return OK;
    }
    const file = this.file(fd);
    if (keeper.fails?.('sync', file)) {
      this.replace(fd, doomedFile(file));
      return IO;
    }
    this.replace(fd, syncedFile(file));
    return OK;
  }
  private status(fd: number, at: number): number {
    if (this.keeper.fails?.('size', this.file(fd))) return IO;
    this.store32(at + LINKS_IN_STATUS, 1);
    this.store32(at + LINKS_IN_STATUS + 4, 0);
    this.store32(at + SIZE_IN_STATUS, this.keeper.contents.at(this.file(fd).now).length);
    this.store32(at + SIZE_IN_STATUS + 4, 0);
    return OK;
  }
}
