// The region of fixtures/journal.ts: accounts in the heap, and where the words of the journal are.

import type { Machine } from '../machine.js';
import type { RegionMemory } from '../region-memory.js';
import type { ScratchRange } from '../scenario.js';
import { TreeRegion, type RegionOptions } from './tree-region.js';

const HOLDER_STATE_WAITERS = 0xfffbn << 48n;
const VERSION = (1n << 48n) - 1n;
const NODE_BYTES = 256;
const ACCOUNTS = 4;
/** The fingerprint's word, which the fixture uses for the address of account 0. */
const FIRST_ACCOUNT = 12;
const FRAME_BYTES = 32;
const UNIT_SHIFT = 8n;
const UNIT_BYTES = 256;
const UNIT_NODES = 1;
const FRAME_LIMBO = 3n;
/** Words of the superblock that say what is being loaded. */
const LOADING = [832, 856] as const;

/** Words of the superblock, as assembly/layout/superblock.ts has them. */
export const WORDS = {
  epoch: 128, allocatorLock: 192, serialLock: 256, lease: 384, flushed: 392, synced: 400,
  poison: 408, imageSegment: 412, syncedBlock: 416, flushWanted: 512, syncWanted: 520,
  roundWanted: 528, flushBell: 576, flushSignal: 580, drained: 584, life: 640, stop: 644,
  failureWhat: 652, imageFlushed: 432, tableFlushed: 440, checkpoints: 672, imageOffset: 688,
  checkpointKib: 692, checkpointFailure: 700, compactWanted: 720, compactDone: 724,
} as const;
/** In the context: stalled, then the drains that were counted. */
const STALLED = 136;
const TAIL = 152;
const BLOCK = 144;
const GEN = 128;

export class JournalRegion extends TreeRegion {
  readonly flushed = WORDS.flushed;
  readonly synced = WORDS.synced;
  private readonly cells: number;

  constructor(readonly options: RegionOptions) {
    super({ ...options, files: true });
    this.cells = (options.ringBytes ?? 1024) / 64;
  }

  state(thread: number): number {
    return this.slot(thread + 2);
  }
  /** Whether the state word is that of a dead incarnation, which the next one recovers. */
  isLeftBehind(machine: Machine, thread: number): boolean {
    const generation = BigInt.asUintN(64, machine.load64(this.state(thread))) >> 48n;
    return Number(generation) !== machine.load32(this.state(thread) + GEN);
  }
  tail(thread: number): number {
    return this.slot(thread + 2) + TAIL;
  }
  /** Record number `head` of a thread's ring. */
  recordAt(memory: RegionMemory, thread: number, head: number): number {
    const directory = this.block(thread + 2);
    const ring = directory + Math.ceil(this.cells * 4 / 64) * 64;
    return ring + memory.load32(directory + 4 * (head & (this.cells - 1)));
  }

  /** Written by format and setup only. */
  isConstant(address: number): boolean {
    if (address === WORDS.life || address === WORDS.checkpointKib) return true;
    const inSlots = address - this.slot(1);
    return inSlots >= 0 && address < this.slot(this.slots + 1) && inSlots % 256 === BLOCK;
  }
  /** A word that only journal workers write. */
  isWorkersOwn(address: number): boolean {
    for (let thread = 0; thread < this.workers; thread++) {
      if (address === this.tail(thread)) return true;
    }
    if (address >= this.pageTable && address < this.block(1)) return true;
    return address === this.slot(1) + TAIL || [
      WORDS.flushed, WORDS.synced, WORDS.syncedBlock, WORDS.imageSegment, WORDS.failureWhat,
      WORDS.poison, WORDS.imageFlushed, WORDS.tableFlushed, WORDS.checkpoints, WORDS.imageOffset,
      WORDS.checkpointFailure, WORDS.compactDone,
    ].some((word) => word === address);
  }

  /** The place word of a frame's entry. */
  isPlace(address: number): boolean {
    const at = address - this.frameTable;
    return at >= 0 && at < this.frames * FRAME_BYTES && at % FRAME_BYTES === 0;
  }
  extent(place: bigint): [from: number, to: number] {
    const from = Number(place & 0xffffffffn);
    return [from, from + Number(1n << ((place >> 32n) + UNIT_SHIFT))];
  }
  /** In the heap and no account: set when the region is made. */
  isInFrame(address: number): boolean {
    const [from, to] = this.accountRun;
    return address >= this.heap && (address < from || address >= to);
  }
  private accountRun: readonly [from: number, to: number] = [0, 0];

  /** What an open must not leave in a lock word. */
  badLock(words: BigInt64Array, ticket: number): string | null {
    for (const address of this.lockWords(words)) {
      const word = words[address >> 3];
      if ((word & HOLDER_STATE_WAITERS) !== 0n) {
        return `the lock word at ${this.symbol(address)} is ${word.toString(16)}`;
      }
      if (Number(word & VERSION) < ticket) {
        return `the lock word at ${this.symbol(address)} is older than ticket ${ticket}`;
      }
    }
    return null;
  }
  private *lockWords(words: BigInt64Array): Generator<number> {
    yield WORDS.allocatorLock;
    yield WORDS.serialLock;
    const kinds = new Uint8Array(words.buffer);
    const from = this.buddyTree + 2 * this.units;
    for (let unit = 0; unit < this.units; unit++) {
      if (kinds[from + unit] === UNIT_NODES) yield this.heap + unit * UNIT_BYTES;
    }
  }

  /** The journal buffers; they may be poisoned where only one thread uses them. */
  get buffer(): ScratchRange {
    return { from: this.journalBuffer, to: this.pageTable, poison: true };
  }

  /** The arguments of the fixture's setup. */
  sizes(segmentKib: number): number[] {
    const { kib, workers, frameShift, ringBytes, identities } = this;
    return [kib, workers, frameShift, ringBytes, segmentKib, ACCOUNTS, identities];
  }
  /** Formats on the environment's instance, makes the files, and lets every thread join. */
  create(machine: Machine, segmentKib: number): void {
    const blockBytes = machine.call(machine.environment, 'setup', ...this.sizes(segmentKib));
    const heap = machine.load32(96);
    if (blockBytes !== this.blockBytes || heap !== this.heap) {
      throw new Error(`blocks have ${String(blockBytes)} bytes, the heap starts at ${heap}`);
    }
    const first = machine.load32(FIRST_ACCOUNT);
    this.accountRun = [first, first + ACCOUNTS * NODE_BYTES];
    this.joinAll(machine);
  }
  /** As if slot 2 were applying an operation to the account, with a sleeper. */
  holdAccount(machine: Machine, i: number): void {
    const address = machine.load32(FIRST_ACCOUNT) + i * NODE_BYTES;
    const held = (1n << 60n) | (2n << 52n) | (1n << 51n) | (3n << 48n);
    machine.store64(address, machine.load64(address) | held);
  }
  /** As if a thread had waited for long, and nobody had drained its ring. */
  stall(machine: Machine, thread: number): void {
    const stalled = this.block(thread + 2) + this.context + STALLED;
    machine.store32(stalled, 1);
    machine.store32(stalled + 4, machine.load32(WORDS.drained));
  }
  /** As if a record had written to the address: what set-ups store is in none. */
  touch(machine: Machine, address: number): void {
    const epoch = Number(machine.load64(WORDS.flushed) >> 1n);
    machine.store32(this.dirtyMap + 4 * (address >> Number(UNIT_SHIFT)), epoch + 1);
  }
  joinAll(machine: Machine): void {
    for (let thread = 0; thread < this.workers; thread++) {
      if (!machine.call(thread, 'join', thread + 2)) throw new Error('a slot is taken');
    }
  }
  /** All but the words and buffers of who loads, and memory that nobody has. */
  *settled(words: BigInt64Array): Generator<readonly [from: number, end: number]> {
    yield [0, LOADING[0]];
    yield [LOADING[1], this.journalBuffer];
    yield [this.pageTable, this.block(1) + this.context];
    const bytes = new Uint8Array(words.buffer);
    const kinds = this.buddyTree + 2 * this.units;
    for (let unit = 0; unit < this.units; unit++) {
      const from = this.heap + unit * UNIT_BYTES;
      if (bytes[kinds + unit] === UNIT_NODES) yield [from, from + UNIT_BYTES];
    }
    for (let frame = 1; frame <= this.frames; frame++) {
      const entry = this.frameEntry(frame) >> 3;
      const isLimbo = (words[entry + 1] & 0xffffffffn) === FRAME_LIMBO;
      if (words[entry] !== 0n && !isLimbo) yield this.extent(words[entry]);
    }
  }
  /** Nobody but the environment has a life in slot 1 during a search. */
  isConstantState(address: number): boolean {
    return address === this.slot(1);
  }
}
