/**
 * Files in memory, for opening images: WASI preview1 as far as the core asks for it, and what the
 * host asks for before. It knows what is safe, so that power can be lost once more.
 */
import type { StoreFiles } from '../../src/journal/files.js';
import type { WasiOn } from '../../src/region.js';
import type { Wasi, WasiFunction } from '../../src/wasi.js';
import { contentOf, type Image } from './loss.js';
import type { Medium } from './medium.js';

const DIRECTORY = 3;
const CREATE = 1;
const TRUNCATE = 8;
const OK = 0;
const BADF = 8;
const NOENT = 44;
const LINKS_IN_STATUS = 24;
const SIZE_IN_STATUS = 32;

class File {
  constructor(public bytes: Uint8Array, public safe: Uint8Array = bytes) {}

  resize(size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(0, size));
    this.bytes = bytes;
  }
  write(offset: number, from: Uint8Array): void {
    if (offset + from.length > this.bytes.length) this.resize(offset + from.length);
    else if (this.bytes === this.safe) this.bytes = this.bytes.slice();
    this.bytes.set(from, offset);
  }
  sync(): void {
    this.safe = this.bytes;
  }
}

/** The calls of one instance. */
class Calls {
  private readonly u8: Uint8Array;
  private readonly view: DataView;
  private readonly open = new Map<number, File>();
  private nextFd = DIRECTORY + 1;

  constructor(private readonly disk: Disk, { buffer }: WebAssembly.Memory) {
    this.u8 = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  get wasi(): Wasi {
    const onFile = (act: (file: File, args: number[]) => number | void): WasiFunction =>
      (...args) => {
        const file = this.open.get(Number(args[0]));
        return file === undefined ? BADF : act(file, args.map(Number)) ?? OK;
      };
    const sync: WasiFunction = (fd) => {
      if (Number(fd) === DIRECTORY) return this.disk.syncNames();
      return onFile((file) => { if (this.disk.syncs) file.sync(); })(fd);
    };
    return {
      path_open: (...args) => this.openFile(args.map(Number)),
      path_rename: (...args) => this.rename(args.map(Number)),
      path_unlink_file: (_fd, at, length) =>
        (this.disk.names.delete(this.text(Number(at), Number(length))) ? OK : NOENT),
      fd_close: (fd) => (this.open.delete(Number(fd)) ? OK : BADF),
      fd_pread: onFile((file, args) => this.read(file, args)),
      fd_pwrite: onFile((file, args) => this.write(file, args)),
      fd_datasync: sync,
      fd_sync: sync,
      fd_filestat_get: onFile(({ bytes }, [, at]) => {
        this.view.setBigUint64(at + LINKS_IN_STATUS, 1n, true);
        this.view.setBigUint64(at + SIZE_IN_STATUS, BigInt(bytes.length), true);
      }),
      fd_filestat_set_size: onFile((file, [, size]) => file.resize(size)),
    };
  }

  private text(at: number, length: number): string {
    return Buffer.from(this.u8.slice(at, at + length)).toString('latin1');
  }
  private openFile([, , at, length, flags, , , , out]: number[]): number {
    const { names } = this.disk;
    const name = this.text(at, length);
    let file = names.get(name);
    if (file === undefined && !(flags & CREATE)) return NOENT;
    if (file === undefined) names.set(name, file = new File(new Uint8Array()));
    else if (flags & TRUNCATE) file.resize(0);
    this.open.set(this.nextFd, file);
    this.view.setUint32(out, this.nextFd++, true);
    return OK;
  }
  private rename([, at, length, , newAt, newLength]: number[]): number {
    const { names } = this.disk;
    const file = names.get(this.text(at, length));
    if (file === undefined) return NOENT;
    names.delete(this.text(at, length));
    names.set(this.text(newAt, newLength), file);
    return OK;
  }
  /** The one piece of memory that an iovec names. */
  private piece(iovec: number): Uint8Array {
    const [at, length] = [this.view.getUint32(iovec, true), this.view.getUint32(iovec + 4, true)];
    return this.u8.subarray(at, at + length);
  }
  private read({ bytes }: File, [, iovec, , offset, moved]: number[]): void {
    const to = this.piece(iovec);
    const from = bytes.subarray(offset, offset + to.length);
    to.set(from);
    this.view.setUint32(moved, from.length, true);
  }
  private write(file: File, [, iovec, , offset, moved]: number[]): void {
    const from = this.piece(iovec);
    file.write(offset, from);
    this.view.setUint32(moved, from.length, true);
  }
}

export class Disk {
  /** @param syncs whether syncs do what they should */
  private constructor(
    readonly names: Map<string, File>, private safeNames: ReadonlyMap<string, File>,
    readonly syncs: boolean,
  ) {}

  /** A disk on which all is safe. */
  static of(image: Image): Disk {
    const names = new Map([...image].map(([name, bytes]) => [name, new File(bytes)]));
    return new Disk(names, new Map(names), true);
  }
  /** After the death of a process: all is there, and not all is safe. */
  static after(medium: Medium, syncs: boolean): Disk {
    const { names, safeNames } = medium;
    const files = new Map([...names.values(), ...safeNames.values()].map((file) =>
      [file, new File(contentOf(file), file.safe)]));
    const under = (of: Medium['names']): Map<string, File> =>
      new Map([...of].map(([name, file]) => [name, files.get(file) as File]));
    return new Disk(under(names), under(safeNames), syncs);
  }

  syncNames(): number {
    if (this.syncs) this.safeNames = new Map(this.names);
    return OK;
  }
  /** Whether nothing of it can be lost. */
  get isSafe(): boolean {
    const { names, safeNames } = this;
    return names.size === safeNames.size && [...names].every(([name, file]) =>
      safeNames.get(name) === file && file.bytes === file.safe);
  }
  /** What a loss of power leaves of it for certain. */
  get safe(): Image {
    return new Map([...this.safeNames].map(([name, { safe }]) => [name, safe]));
  }

  readonly wasiOn: WasiOn = (memory) => new Calls(this, memory).wasi;

  readonly files: StoreFiles = {
    names: () => Promise.resolve([...this.names.keys()]),
    read: (name, offset, bytes) => Promise.resolve(
      new Uint8Array(this.names.get(name)?.bytes.slice(offset, offset + bytes) ?? [])),
    remove: (name) => {
      this.names.delete(name);
      return Promise.resolve();
    },
  };
}
