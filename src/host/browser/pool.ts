/**
 * Files with names over files that are open already. A browser opens files asynchronously, and the
 * core opens them in the middle of a call; so a few are opened ahead, and a header inside of each
 * says which name it has. After SQLite's "opfs-sahpool" file system.
 *
 *   0 magic u64 | 8 sequence u64 | 16 name, 40 bytes | 56 FNV-1a of these u32, 60 zero
 *   4096 what is in the file
 */

/** What a FileSystemSyncAccessHandle can do. */
export interface AccessHandle {
  read(target: Uint8Array, options: { at: number }): number;
  write(source: Uint8Array, options: { at: number }): number;
  flush(): void;
  getSize(): number;
  truncate(bytes: number): void;
  close(): void;
}

const MAGIC = 0x3146_4c4f_4f50_524dn; // "MRPOOLF1"
const SEQUENCE_AT = 8;
const NAME_AT = 16;
const NAME_BYTES = 40;
const CHECKSUM_AT = NAME_AT + NAME_BYTES;
const HEADER_BYTES = 64;
const CONTENT_AT = 4096;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

function checksum(header: Uint8Array): number {
  return header.subarray(0, CHECKSUM_AT)
    .reduce((hash, byte) => Math.imul(hash ^ byte, FNV_PRIME) >>> 0, FNV_OFFSET);
}

/** One file of the pool. */
export class PooledFile {
  /** Empty: a spare file. */
  name = '';
  /** Of two files with one name the one with the higher number counts. */
  sequence = 0n;

  constructor(private readonly handle: AccessHandle) {
    const bytes = new Uint8Array(HEADER_BYTES);
    const header = new DataView(bytes.buffer);
    if (handle.read(bytes, { at: 0 }) < HEADER_BYTES) return;
    if (header.getBigUint64(0, true) !== MAGIC) return;
    if (header.getUint32(CHECKSUM_AT, true) !== checksum(bytes)) return;
    const name = bytes.subarray(NAME_AT, CHECKSUM_AT);
    this.name = new TextDecoder().decode(name.subarray(0, name.indexOf(0)));
    this.sequence = header.getBigUint64(SEQUENCE_AT, true);
  }

  get bytes(): number {
    return Math.max(0, this.handle.getSize() - CONTENT_AT);
  }

  set bytes(bytes: number) {
    this.handle.truncate(CONTENT_AT + bytes);
  }

  /** How many bytes there were. */
  read(target: Uint8Array, at: number): number {
    return this.handle.read(target, { at: CONTENT_AT + at });
  }

  /** How many bytes were written. */
  write(source: Uint8Array, at: number): number {
    return this.handle.write(source, { at: CONTENT_AT + at });
  }

  sync(): void {
    this.handle.flush();
  }

  /** Gives the file a name, for good after the next sync. */
  call(name: string, sequence: bigint): void {
    const bytes = new Uint8Array(HEADER_BYTES);
    const header = new DataView(bytes.buffer);
    header.setBigUint64(0, MAGIC, true);
    header.setBigUint64(SEQUENCE_AT, sequence, true);
    new TextEncoder().encodeInto(name, bytes.subarray(NAME_AT, CHECKSUM_AT - 1));
    header.setUint32(CHECKSUM_AT, checksum(bytes), true);
    if (this.handle.write(bytes, { at: 0 }) < HEADER_BYTES) throw new Error('A name was cut off');
    this.name = name;
    this.sequence = sequence;
  }

  close(): void {
    this.handle.close();
  }
}

/** The files of one directory. */
export class Pool {
  private readonly files: PooledFile[] = [];
  private readonly renamed = new Set<PooledFile>();
  private sequence = 0n;

  /** Takes a file in, with the name that it has. */
  adopt(handle: AccessHandle): void {
    const file = new PooledFile(handle);
    if (file.sequence > this.sequence) this.sequence = file.sequence;
    const other = this.find(file.name);
    this.files.push(file);
    if (other === undefined) return;
    this.remove(other.sequence < file.sequence ? other : file);
  }

  /** How many files have no name. */
  get spares(): number {
    return this.files.filter(({ name }) => name === '').length;
  }

  /** How many files there are. */
  get size(): number {
    return this.files.length;
  }

  names(): string[] {
    return this.files.map(({ name }) => name).filter((name) => name !== '');
  }

  find(name: string): PooledFile | undefined {
    return name === '' ? undefined : this.files.find((file) => file.name === name);
  }

  /** A new file; undefined when no spare one is left. */
  create(name: string): PooledFile | undefined {
    const file = this.files.find((one) => one.name === '');
    if (file === undefined) return undefined;
    file.bytes = 0;
    this.call(file, name);
    return file;
  }

  /** The file takes the place of the one that has the name now, entirely or not at all. */
  rename(file: PooledFile, name: string): void {
    const other = this.find(name);
    this.call(file, name);
    if (other === undefined || other === file) return;
    // Were the old one gone first, there might be none.
    this.syncNames();
    this.remove(other);
  }

  remove(file: PooledFile): void {
    this.call(file, '');
    file.bytes = 0;
  }

  /** Names that were given are durable then. */
  syncNames(): void {
    for (const file of this.renamed) file.sync();
    this.renamed.clear();
  }

  close(): void {
    for (const file of this.files) file.close();
  }

  private call(file: PooledFile, name: string): void {
    this.sequence += 1n;
    file.call(name, this.sequence);
    this.renamed.add(file);
  }
}
