/**
 * The compiled core: the only file that calls its exports and knows its numbers. Everything above
 * speaks of keys, values and results.
 */
import { importsFor } from './core-abi.js';
import type { CoreExports } from './core-abi.js';
import { StreamCore } from './core-streams.js';
import { CORE_FENCES, CORE_WASM_BASE64 } from './core-wasm.js';
import { withoutFences } from './fences.js';
import { LAYOUT } from './layout.js';
import type { Wasi } from './wasi.js';

/** Sizes of a region, chosen when it is formatted. Bytes unless the name says otherwise. */
export interface Sizes {
  /** Size of the region in KiB, a multiple of 64. */
  readonly kib: number;
  /** Instances that can be attached at the same time. */
  readonly slots: number;
  /** Entries of a tree node: 3 to 12. */
  readonly width: number;
  /** Binary logarithm of the smallest piece of the heap. */
  readonly unitShift: number;
  /** Binary logarithm of the size of an ordinary log frame. */
  readonly frameShift: number;
  /** Redo ring of one instance, a power of two. */
  readonly ringBytes: number;
  /** Locks that one operation may hold. */
  readonly locks: number;
  /** Tree nodes that an instance takes from the heap at once. */
  readonly runNodes: number;
  /** Each of the areas through which keys are passed. */
  readonly keyBytes: number;
  /** The area through which scans answer, 16 bytes an entry. */
  readonly outputBytes: number;
  /** Names for detectable execution that the region can remember. */
  readonly identities: number;
  /** Looks at a held lock before its waiter sleeps. */
  readonly spins: number;
  /** Whether the region has files: 0 or 1. */
  readonly journal: number;
  /** How long a commit may stay unwritten when nobody waits for it, in milliseconds. */
  readonly lingerMs: number;
  /** Size of a file of the journal in KiB. */
  readonly segmentKib: number;
  /** How much journal may be written between two checkpoints, in KiB. */
  readonly checkpointKib: number;
}

/** What put, batches and transactions come to. */
export const RESULT = {
  OK: 1, AGAIN: -1, TOO_LARGE: -2, CONFLICT: -3, UNREADABLE: -13,
} as const;

/** What one turn of a journal worker comes to. */
export const TURN = { STANDBY: 0, IDLE: 1, ROUND: 2, POISONED: 3, STOPPED: 4 } as const;

/** What cleaning a frame comes to: nothing to gain, one was freed, somebody must be waited for. */
export const CLEAN = { NOTHING: 0, CLEANED: 1, WAITING: 2 } as const;

/** What became of an epoch that somebody waits for. */
export const FLUSH = { REACHED: 1, PENDING: 0, POISONED: -1 } as const;

/** Flags of a scan. */
export const SCAN = {
  REVERSE: 1, HAS_START: 2, WITH_START: 4, HAS_END: 8, WITH_END: 16,
} as const;

/** What claiming an identity comes to. */
export const CLAIM = { MINE: 1, IN_USE: 0, TABLE_FULL: -1 } as const;

/** Bytes of an identity's name. */
export const NAME_BYTES: number = LAYOUT.tables.IDENTITY_NAME_BYTES;

/** The longest key that any store takes, in encoded bytes. */
const MAX_KEY_BYTES = 4096;

/** What a key area holds beyond the longest key: a bound one byte longer, and padding. */
const KEY_AREA_SPARE = 16;

const MAX_VALUE_BYTES = 64 * 1024 * 1024;
const PLAN_PER_LOCK = 4;

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * The core, compiled once per thread. Workers get the module with the handle instead.
 * @param isOrdered The processor keeps plain loads and stores in order, so fences are left out.
 */
export function compileCore(isOrdered = false): Promise<WebAssembly.Module> {
  const bytes = decodeBase64(CORE_WASM_BASE64);
  compiled ??= WebAssembly.compile(isOrdered ? withoutFences(bytes, CORE_FENCES) : bytes);
  return compiled;
}

/**
 * One instance of the core over a region's memory. Addresses are unsigned byte offsets. An
 * instance is bound to a slot by `format` or `attach` and belongs to one thread from then on.
 */
export class Core {
  readonly memory: WebAssembly.Memory;

  /** The whole region. The memory never grows, so the views never go stale. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;

  /** Slot and generation of this instance; 0 before `format` or `attach`. */
  slot = 0;
  generation = 0;

  /** The key of a call, or where a scan starts. Also long enough for an exclusive bound. */
  keyArea: Uint8Array = new Uint8Array(0);
  /** Where a scan ends. */
  endArea: Uint8Array = new Uint8Array(0);

  /** The longest key, the largest value and the largest batch, given the region's sizes. */
  maxKeyBytes = 0;
  maxValueBytes = 0;
  maxRecordBytes = 0;
  maxBatchEntries = 0;
  /** The most entries that one scan may ask for. */
  maxScanEntries = 0;

  /** The calls for streams. */
  readonly streams: StreamCore;

  readonly #exports: CoreExports;
  #lengthAt = 0;
  #stalledAt = 0;
  #unreadAt = 0;
  #outputAt = 0;

  /** @param wasi the files; only instances that make, load or write them need any */
  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, wasi?: Wasi) {
    this.memory = memory;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Uint32Array(memory.buffer);
    const { exports } = new WebAssembly.Instance(module, importsFor(memory, wasi));
    this.#exports = exports as unknown as CoreExports;
    this.streams = new StreamCore(this.#exports, this);
  }

  /**
   * Formats the zeroed memory; this instance becomes the first incarnation of slot 1.
   * @returns False when the region is too small for these sizes.
   */
  format(s: Sizes): boolean {
    const isFormatted = this.#exports.format(
      s.kib, s.slots, s.width, s.unitShift, s.frameShift, s.ringBytes, s.locks, s.runNodes,
      s.keyBytes, s.outputBytes, s.identities, s.spins, s.journal, s.lingerMs, s.segmentKib,
    );
    if (isFormatted === 0) return false;
    this.words[LAYOUT.superblock.CHECKPOINT_KIB >>> 2] = s.checkpointKib;
    this.#bound(1, 1);
    return true;
  }

  /** Takes a slot for a new incarnation: its generation, or 0 when somebody owns the slot. */
  takeSlot(slot: number): number {
    return this.#exports.takeSlot(slot) >>> 0;
  }

  /** Takes a free slot and gives it memory: its number, or 0 when there is none. */
  grantSlot(): number {
    return this.#exports.grantSlot() >>> 0;
  }

  /** Generation that a slot is in. */
  generationOf(slot: number): number {
    return Atomics.load(this.words, (this.slotLines(slot) + LAYOUT.slot.GEN) >>> 2);
  }

  /** Address of a slot's lines. */
  slotLines(slot: number): number {
    return this.superblock('slotTable') + (slot - 1) * LAYOUT.slot.SLOT_BYTES;
  }

  /** Binds this instance to a slot that was taken for it, and finishes what the slot left. */
  attach(slot: number, generation: number): void {
    this.#exports.attach(slot, generation);
    this.#bound(slot, generation);
  }

  /** On proof of death only: moves the slot's generation and recovers every slot. */
  declareDead(slot: number, generation: number): void {
    this.#exports.declareDead(slot, generation);
  }

  /** A view of region bytes; it shows whatever the bytes become. */
  view(address: number, length: number): Uint8Array {
    return this.bytes.subarray(address, address + length);
  }

  /**
   * Room for a record: where the value goes, or 0 when the store is full.
   * @param valueBytes Upper bound of the value's length.
   */
  reserve(keyBytes: number, valueBytes: number): number {
    return this.#exports.reserve(keyBytes, valueBytes) >>> 0;
  }

  /** Commits the value at the reserved place. A RESULT; after AGAIN reserve and write again. */
  put(high: number, low: number, keyBytes: number, valueBytes: number): number {
    return this.#exports.put(high, low, keyBytes, valueBytes);
  }

  /**
   * Where the value is, or 0; then `valueLength` is its length. The bytes may be reused at any
   * time unless this instance is pinned: copy them, then ask `isStillValid`.
   */
  get(high: number, low: number, keyBytes: number): number {
    return this.#exports.get(high, low, keyBytes) >>> 0;
  }

  /** Length of the value that the last get has found. */
  get valueLength(): number {
    return this.words[this.#lengthAt];
  }

  /** Whether the bytes that the last get has found were the right ones until now. */
  isStillValid(): boolean {
    return this.#exports.isStillValid() !== 0;
  }

  /** 1 removed, 0 it was not there, RESULT.TOO_LARGE. */
  remove(high: number, low: number, keyBytes: number): number {
    return this.#exports.remove(high, low, keyBytes);
  }

  /**
   * The next entries of a range, as `outputAt` shows them; needs a pin until they are decoded.
   * @returns How many; fewer than wanted when the range ends.
   */
  scan(flags: number, startBytes: number, endBytes: number, wanted: number): number {
    return this.#exports.scan(flags, startBytes, endBytes, wanted) >>> 0;
  }

  /** Index in `words` of a scan's entry i: key address, key bytes, value address, value bytes. */
  outputAt(i: number): number {
    return this.#outputAt + 4 * i;
  }

  pin(): void {
    this.#exports.pin();
  }

  unpin(): void {
    this.#exports.unpin();
  }

  /** Room for staged records; false when the store is full. */
  reserveBatch(recordBytes: number, deletesOnly: boolean): boolean {
    return this.#exports.reserveBatch(recordBytes, deletesOnly ? 1 : 0) !== 0;
  }

  /** Stages one operation on the key in `keyArea`: where its value goes, 0 for too many. */
  stageEntry(isDelete: boolean, keyBytes: number, valueBytes: number): number {
    return this.#exports.stageEntry(isDelete ? 1 : 0, keyBytes, valueBytes) >>> 0;
  }

  /** Commits what was staged, if wanted only while the captured reads hold. A RESULT. */
  commitBatch(validate: boolean): number {
    return this.#exports.commitBatch(validate ? 1 : 0);
  }

  /** Whether the captured reads hold. A RESULT. */
  commitReads(): number {
    return this.#exports.commitReads();
  }

  startCapture(): void {
    this.#exports.startCapture();
  }

  stopCapture(): void {
    this.#exports.stopCapture();
  }

  enterSerial(): void {
    this.#exports.enterSerial();
  }

  leaveSerial(): void {
    this.#exports.leaveSerial();
  }

  /** Claims the name in `keyArea` (NAME_BYTES, zero padded). A CLAIM. */
  claimName(): number {
    return this.#exports.claimName();
  }

  /**
   * The last operation of the name in `keyArea` and the epoch of its commit, or undefined when
   * nobody has had that name.
   */
  outcomeOf(): { sequence: bigint; version: bigint; epoch: bigint } | undefined {
    if (this.#exports.outcomeOf() === 0) return undefined;
    const word = (i: number): bigint => {
      const [low, high] = this.words.subarray(this.#outputAt + 2 * i, this.#outputAt + 2 * i + 2);
      return (BigInt(high) << 32n) | BigInt(low);
    };
    return { sequence: word(0), version: word(1), epoch: word(2) };
  }

  /** The number under which operations are recorded from now on; 0n: the one after the last. */
  setSequence(sequence: bigint): void {
    this.#exports.setSequence(Number(sequence >> 32n), Number(sequence & 0xffffffffn));
  }

  /** Writes the first files of a region that was just formatted; false: see the failure. */
  createJournal(): boolean {
    return this.#exports.createJournal() !== 0;
  }

  /**
   * Fills the zeroed memory from the files; false: see the failure. Takes no slot.
   * @param isLazy whether records that nobody needs at once stay in the files for now
   */
  loadJournal(isLazy: boolean): boolean {
    if (this.#exports.loadJournal(isLazy ? 1 : 0) === 0) return false;
    return !isLazy || this.#exports.loadNearest() !== 0;
  }

  /**
   * What the last call has ended for: the frame of a record that it needed and could not have, or
   * undefined. Asked once.
   */
  takeUnread(): number | undefined {
    const frame = this.words[this.#unreadAt];
    if (frame === 0) return undefined;
    this.words[this.#unreadAt] = 0;
    return frame;
  }

  /**
   * One turn of a journal worker, which waits so long for work. A TURN.
   * @param isAlone whether nobody who stands by has the files
   */
  serveJournal(timeoutMs: number, isSyncDue: boolean, isAlone: boolean): number {
    return this.#exports.serveJournal(timeoutMs, isSyncDue ? 1 : 0, isAlone ? 1 : 0);
  }

  /** Whether a file has failed, so that nothing becomes durable any more. */
  get isPoisoned(): boolean {
    return this.words[LAYOUT.superblock.POISON >>> 2] !== 0;
  }

  /** Whether the last operation found its ring full of records that nobody writes to the files. */
  get isStalled(): boolean {
    return this.words[this.#stalledAt] !== 0;
  }

  /** Asks for all that is committed by now to be written, or synced: the epoch to wait for. */
  wantFlush(synced: boolean): bigint {
    return this.#exports.wantFlush(synced ? 1 : 0);
  }

  /** Asks for a checkpoint that makes `pages` small: COMPACT_DONE when it has been tried. */
  wantCompaction(): number {
    return this.#exports.wantCompaction() >>> 0;
  }

  /** Moves what lives in one frame of which so many sixteenths are dead. A CLEAN. */
  cleanOne(sixteenths: number): number {
    return this.#exports.cleanOne(sixteenths);
  }

  /** From here on no checkpoint is taken; false while one is, or a backup. */
  holdCheckpoints(): boolean {
    return this.#exports.holdCheckpoints() !== 0;
  }

  releaseCheckpoints(): void {
    this.#exports.releaseCheckpoints();
  }

  /** Whether an epoch is written, or synced. A FLUSH. */
  flushState(epoch: bigint, synced: boolean): number {
    return this.#exports.flushState(epoch, synced ? 1 : 0);
  }

  /** A field of the context, which lies in this slot's block. */
  contextAt(field: keyof typeof LAYOUT.context.Context): number {
    return (this.#exports.contextArea() >>> 0) + LAYOUT.context.Context[field];
  }

  /** A field of the superblock. */
  superblock(field: keyof typeof LAYOUT.superblock.Superblock): number {
    return this.words[LAYOUT.superblock.Superblock[field] >>> 2];
  }

  /** Looks up where this slot's areas stand and what the region's sizes allow. */
  #bound(slot: number, generation: number): void {
    this.slot = slot;
    this.generation = generation;
    const keyBytes = this.superblock('keyBytes');
    this.keyArea = this.view(this.#exports.keyAreaAt(0) >>> 0, keyBytes);
    this.endArea = this.view(this.#exports.keyAreaAt(1) >>> 0, keyBytes);
    const context = this.#exports.contextArea() >>> 0;
    this.#lengthAt = (context + LAYOUT.context.Context.length) >>> 2;
    this.#unreadAt = (context + LAYOUT.context.Context.unread) >>> 2;
    this.#stalledAt = (context + LAYOUT.context.Context.stalled) >>> 2;
    this.#outputAt = (this.#exports.outputAreaAt() >>> 0) >>> 2;
    this.maxKeyBytes = Math.min(MAX_KEY_BYTES, keyBytes - KEY_AREA_SPARE);
    this.maxRecordBytes = this.#largestExtent();
    this.maxValueBytes = Math.min(MAX_VALUE_BYTES,
      this.maxRecordBytes - LAYOUT.record.RECORD_HEADER - this.maxKeyBytes);
    this.maxBatchEntries = this.superblock('locks') * PLAN_PER_LOCK;
    this.maxScanEntries =
      Math.floor(this.superblock('outputBytes') / LAYOUT.plan.OutputEntry.BYTES);
  }

  /** The largest piece that the heap could give while it is empty, or the largest frame. */
  #largestExtent(): number {
    const unit = 2 ** this.superblock('unitShift');
    const units = Math.floor((this.superblock('kib') * 1024 - this.superblock('heap')) / unit);
    return Math.min(LAYOUT.logAddress.FRAME_BYTES_MAX, 2 ** Math.floor(Math.log2(units)) * unit);
  }
}
