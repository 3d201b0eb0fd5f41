/**
 * The stream exports of the compiled core, spoken to in names, offsets and addresses. Part of
 * core.ts: nobody else calls exports.
 */
import type { CoreExports } from './core-abi.js';
import { unreadIn } from './journal/unread.js';
import { LAYOUT } from './layout.js';

/** What append, read and commit come to. */
export const STREAM = {
  OK: 1, NO: 0, TOO_LARGE: -2, FULL: -6, CREDIT: -7, DESTROYED: -8, LEASE_LOST: -9,
} as const;

/** A record or message is needed that cannot be had from the files. */
const UNREADABLE = -13;

/** What a stream is and where it stands. */
export interface StreamShape {
  readonly id: number;
  readonly partitions: number;
  /** Bytes of each message, a multiple of 4; 0 when messages have lengths of their own. */
  readonly rowBytes: number;
  /** Bytes that a partition may hold, from the first message that some group has not had. */
  readonly capacity: number;
  /** Addresses of the partitions. */
  readonly nodes: readonly number[];
}

/** Where a group stands. */
export interface GroupShape {
  readonly id: number;
  /** Address of the list of members. */
  readonly members: number;
  /** Address of each partition's offset and lease. */
  readonly cells: readonly number[];
}

/** Messages that lie together. */
export interface Extent {
  readonly address: number;
  readonly bytes: number;
  readonly count: number;
  /** Number of the first message. */
  readonly base: number;
}

/** Who holds a lease or is a member. */
export interface Holder {
  readonly slot: number;
  readonly generation: number;
}

/** The parts of Core that this class needs. */
export interface StreamHome {
  readonly slot: number;
  readonly generation: number;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly keyArea: Uint8Array;
  readonly endArea: Uint8Array;
  readonly maxRecordBytes: number;
  outputAt(i: number): number;
  takeUnread(): number | undefined;
  superblock(field: keyof typeof LAYOUT.superblock.Superblock): number;
  contextAt(field: keyof typeof LAYOUT.context.Context): number;
  /** Address of a slot's lines. */
  slotLines(slot: number): number;
}

const WORDS_PER_EXTENT = 6;
/** Binary logarithm of the chunks in a frame. */
const CHUNKS_SHIFT = 2;
const TWO_32 = 2 ** 32;

/** Numbers of messages are u64 in the region and safe integers here. */
const high = (offset: number): number => Math.floor(offset / TWO_32);

export class StreamCore {
  readonly #exports: CoreExports;
  readonly #home: StreamHome;

  constructor(exports: CoreExports, home: StreamHome) {
    this.#exports = exports;
    this.#home = home;
  }

  get bytes(): Uint8Array {
    return this.#home.bytes;
  }

  get words(): Uint32Array {
    return this.#home.words;
  }

  /** Bytes of a chunk of which several fit a frame without a rest. */
  get chunkMax(): number {
    return 2 ** (this.#home.superblock('frameShift') - CHUNKS_SHIFT);
  }

  /** The most bytes that one chunk can have. */
  get messageMax(): number {
    return this.#home.maxRecordBytes;
  }

  get home(): StreamHome {
    return this.#home;
  }

  /** STREAM.OK, NO when the name is taken, FULL or TOO_LARGE. */
  create(name: Uint8Array, shape: Omit<StreamShape, 'id' | 'nodes'>): number {
    this.#home.keyArea.set(name);
    return this.#readable(this.#exports.streamCreate(
      name.length, shape.partitions, shape.rowBytes, shape.capacity));
  }

  find(name: Uint8Array): StreamShape | undefined {
    this.#home.keyArea.set(name);
    const partitions = this.#exports.streamFind(name.length) >>> 0;
    if (partitions === 0) return undefined;
    const [id, , rowBytes, capacity] = this.#output(4);
    return { id, partitions, rowBytes, capacity, nodes: this.#output(4 + partitions).slice(4) };
  }

  /** The names of all streams, in the order of their bytes. O(streams * log n). */
  names(): Uint8Array[] {
    const names: Uint8Array[] = [];
    for (let length = 0;;) {
      length = this.#exports.streamNext(length) >>> 0;
      if (length === 0) return names;
      names.push(this.#home.keyArea.slice(0, length));
    }
  }

  /** The names of a stream's groups, in the order of their bytes. O(groups * log n). */
  groupNames(id: number): Uint8Array[] {
    const names: Uint8Array[] = [];
    for (let length = 0;;) {
      length = this.#exports.groupNext(id, length) >>> 0;
      if (length === 0) return names;
      names.push(this.#home.keyArea.slice(0, length));
    }
  }

  /** A group of a stream. O(log n). */
  group(id: number, name: Uint8Array): GroupShape | undefined {
    this.#home.keyArea.set(name);
    return this.#exports.groupFind(id, name.length) === 0 ? undefined : this.#group();
  }

  /** OK, NO when there is no stream of that name, or FULL. */
  destroy(name: Uint8Array): number {
    this.#home.keyArea.set(name);
    return this.#readable(this.#exports.streamDestroy(name.length));
  }

  /** Frees what destroyed streams still hold and nobody living reads. */
  sweep(): void {
    this.#exports.sweepStreams();
  }

  /** Joins or makes the group; a result other than OK instead when that fails. */
  join(name: Uint8Array, group: Uint8Array, fromEnd: boolean): GroupShape | number {
    this.#home.keyArea.set(name);
    this.#home.endArea.set(group);
    const result =
      this.#readable(this.#exports.groupJoin(name.length, group.length, fromEnd ? 1 : 0));
    return result === STREAM.OK ? this.#group() : result;
  }

  leave({ members, id }: GroupShape): void {
    this.#exports.groupLeave(members, id);
  }

  /** A chunk in my stream frame, 0 when the region is full. See `chunkFrame`. */
  reserve(bytes: number): number {
    return this.#exports.streamReserve(bytes) >>> 0;
  }

  /** The frame of the chunk that was reserved last. */
  get chunkFrame(): number {
    return this.words[this.#home.contextAt('chunkFrame') >>> 2];
  }

  /** No chunk in this frame, which is not the newest, will be appended any more. */
  release(frame: number): void {
    this.#exports.releaseFrame(frame);
  }

  /** Publishes messages of a chunk. OK, CREDIT, DESTROYED or FULL. */
  append(
    node: number, id: number, frame: number, address: number, bytes: number, count: number,
  ): number {
    return this.#readable(
      this.#exports.streamAppend(node, id, frame, address, bytes, count));
  }

  /**
   * Messages of a partition from an offset on, or from the oldest that is there; a result other
   * than extents when the stream is gone.
   * @param hint Where that message begins, 0 if unknown.
   */
  read(node: number, id: number, from: number, hint: number): Extent[] | number {
    const found =
      this.#readable(this.#exports.partitionRead(node, id, from >>> 0, high(from), hint));
    if (found <= 0) return found === 0 ? [] : found;
    const words = this.#output(found * WORDS_PER_EXTENT);
    return Array.from({ length: found }, (_, i) => {
      const at = i * WORDS_PER_EXTENT;
      return {
        address: words[at], bytes: words[at + 1], count: words[at + 2],
        base: words[at + 3] + words[at + 4] * TWO_32,
      };
    });
  }

  /** OK, NO while somebody alive has the lease, DESTROYED. */
  take(cell: number, group: number): number {
    return this.#exports.leaseTake(cell, group);
  }

  give(cell: number, group: number): void {
    this.#exports.leaseGive(cell, group);
  }

  /** OK, LEASE_LOST or DESTROYED. */
  commit(cell: number, group: number, offset: number): number {
    return this.#exports.offsetCommit(cell, group, offset >>> 0, high(offset));
  }

  /** The next commit of a batch or of reads carries the offset. */
  stage(cell: number, group: number, offset: number): void {
    this.#exports.offsetStage(cell, group, offset >>> 0, high(offset));
  }

  /** Frees what every group has had. */
  trim(node: number, id: number): void {
    this.#exports.partitionTrim(node, id);
  }

  /** Wakes all members of a group. */
  ring({ members, id }: GroupShape): void {
    this.#exports.ringMembers(members, id);
  }

  /** @throws MillraceError CORRUPT, IO_ERROR or BUSY instead of the result that says so. */
  #readable(result: number): number {
    const frame = result === UNREADABLE ? this.#home.takeUnread() : undefined;
    if (frame !== undefined) throw unreadIn(this.words, frame);
    return result;
  }

  #group(): GroupShape {
    const [id, partitions, members] = this.#output(4);
    return { id, members, cells: this.#output(4 + partitions).slice(4) };
  }

  #output(words: number): number[] {
    const at = this.#home.outputAt(0);
    return Array.from(this.words.subarray(at, at + words));
  }
}
