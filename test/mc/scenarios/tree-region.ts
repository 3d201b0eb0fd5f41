// The region of fixtures/tree.ts: where everything stands, the death protocol, what is shared and
// what is scratch. Thread t works in slot t + 2; the environment, which formats, has slot 1.

import type { Machine } from '../machine.js';
import type { Protocol, ScratchRange } from '../scenario.js';
import { isClaimedBy } from './state-word.js';

const SUPERBLOCK_BYTES = 1024;
const SLOT_BYTES = 256;
const COUNTERS = 192;
const GEN = 128;
const BLOCK = 144;
const OPEN_FRAME = 88;
const RECORD_HEADER = 32;
export const LAST = 64;
const CONTEXT_KEPT = 192;
const LOCKS = 8;
const READ_CACHE_BYTES = 256;
const RING_BYTES = 1024;
const UNIT_SHIFT = 8;
const PAGE_ENTRY = 16;
const FRAME_SHIFT = 10;
/** Smallest frames: five records of the scenarios' size. */
export const SMALL_FRAMES = 8;
const KEY_BYTES = 64;
const OUTPUT_BYTES = 128;
const RUN_NODES = 4;

const up = (value: number, to: number): number => Math.ceil(value / to) * to;
const powerAtLeast = (n: number): number => 2 ** Math.ceil(Math.log2(n));

export interface RegionOptions {
  readonly workers: number;
  /** KiB of the formatted region, without the blocks of the workers. */
  readonly kib: number;
  /** Slots without a block. */
  readonly spares?: number;
  readonly identities?: number;
  readonly frameShift?: number;
  /** The largest record of a mini-transaction; three fresh nodes need more than the default. */
  readonly ringBytes?: number;
  /** Locks of one operation; those on streams need some more than the default. */
  readonly locks?: number;
  /** True: with the buffers of journal workers, and what checkpoints need. */
  readonly files?: boolean;
}

/** Addresses, as assembly/layout computes them; `format` checks that they are the real ones. */
export class TreeRegion {
  readonly kib: number;
  readonly workers: number;
  readonly slots: number;
  readonly identities: number;
  readonly identityTable: number;
  readonly frameTable: number;
  readonly frames: number;
  readonly units: number;
  readonly buddyTree: number;
  readonly heap: number;
  readonly bytes: number;
  readonly frameShift: number;
  readonly ringBytes: number;
  private readonly locks: number;
  readonly journalBuffer: number;
  /** Behind the two buffers: the table of pages. */
  readonly pageTable: number;
  /** One u32 per page: the epoch in which it was last drained. */
  readonly dirtyMap: number;
  private readonly firstBlock: number;
  protected readonly context: number;
  private readonly keys: number;
  private readonly output: number;
  readonly blockBytes: number;

  constructor(options: RegionOptions) {
    const { workers, kib, spares = 0, identities = 0 } = options;
    const { frameShift = FRAME_SHIFT, ringBytes = RING_BYTES, locks = LOCKS } = options;
    const { files = false } = options;
    this.kib = kib;
    this.workers = workers;
    this.slots = 1 + workers + spares;
    this.identities = identities;
    this.units = powerAtLeast(kib * 1024 >> UNIT_SHIFT);
    this.frameShift = frameShift;
    this.ringBytes = ringBytes;
    this.locks = locks;
    this.frames = kib * 1024 >> frameShift;
    this.identityTable = SUPERBLOCK_BYTES + this.slots * SLOT_BYTES;
    this.frameTable = this.identityTable + identities * 64;
    this.buddyTree = this.frameTable + this.frames * 32;
    const unit = 1 << UNIT_SHIFT;
    this.journalBuffer = up(this.buddyTree + 3 * this.units, files ? unit : 64);
    const largest = Math.max(ringBytes, SUPERBLOCK_BYTES);
    const buffer = up(up(256 + this.slots * 24, 64) + largest + 32, unit);
    this.pageTable = this.journalBuffer + (files ? 2 * buffer : 0);
    const pages = kib * 1024 >> UNIT_SHIFT;
    const tablePages = Math.ceil(pages * PAGE_ENTRY / unit);
    this.dirtyMap = this.pageTable + tablePages * unit;
    const root = up(this.dirtyMap + 4 * pages, 64);
    const used = root + up(64 + tablePages * PAGE_ENTRY + 8, 64);
    const end = used + 4 * Math.ceil((2 * (pages + tablePages) + 1) / 32);
    this.firstBlock = files ? up(end, unit) : this.journalBuffer;
    const cells = ringBytes / 64;
    this.context = up(up(cells * 4, 64) + ringBytes + this.frames * 4, 64);
    const words = 64 + up(Math.min(locks * 4, Math.floor(this.frames / 2) + 1), 4);
    const lists = words * 16 + locks * (288 + 2 * 16 + 4 * 16 + 32) + READ_CACHE_BYTES;
    this.keys = this.context + 320 + up(locks, 64) + lists;
    this.output = this.keys + 3 * up(KEY_BYTES, 64);
    this.blockBytes = this.output + up(OUTPUT_BYTES, 64);
    this.heap = up(this.firstBlock + this.blockBytes, unit);
    this.bytes = kib * 1024 + workers * this.blockBytes;
  }

  /** Formats on the environment's instance and lets every thread join. */
  format(machine: Machine): void {
    const spares = this.slots - 1 - this.workers;
    const blockBytes = machine.call(machine.environment, 'setup', this.kib, this.workers, spares,
      this.frameShift, this.ringBytes, this.locks, RUN_NODES, OUTPUT_BYTES, this.identities);
    const heap = machine.load32(96);
    if (blockBytes !== this.blockBytes || heap !== this.heap) {
      throw new Error(`blocks have ${String(blockBytes)} bytes, the heap starts at ${heap}`);
    }
    for (let thread = 0; thread < this.workers; thread++) {
      if (machine.call(thread, 'join', thread + 2) !== 1) throw new Error('a slot is taken');
    }
  }

  /** The same through the exports of the built core, which has no helpers. */
  formatShipped(machine: Machine): void {
    const { kib, slots, frameShift, ringBytes, locks, identities } = this;
    const sizes = [kib, slots, 3, UNIT_SHIFT, frameShift, ringBytes, locks, RUN_NODES, KEY_BYTES,
      OUTPUT_BYTES, identities, 0];
    if (machine.call(machine.environment, 'format', ...sizes) !== 1) throw new Error('no room');
    for (let thread = 0; thread < this.workers; thread++) {
      const slot = thread + 2;
      machine.store32(this.slot(slot) + BLOCK, this.block(slot));
      machine.call(thread, 'attach', slot, Number(machine.call(thread, 'takeSlot', slot)));
    }
  }

  /** Where the value of a thread's next record goes, once there is room for it. */
  nextValue(machine: Machine, thread: number, keyBytes: number): number {
    const slot = this.slot(thread + 2);
    const tail = machine.load32(slot + OPEN_FRAME);
    const start = machine.load32(this.frameEntry(machine.load32(slot + OPEN_FRAME + 4)));
    return start + tail + RECORD_HEADER + up(keyBytes, 8);
  }

  slot(slot: number): number {
    return SUPERBLOCK_BYTES + (slot - 1) * SLOT_BYTES;
  }
  block(slot: number): number {
    return slot === 1 ? this.firstBlock : this.kib * 1024 + (slot - 2) * this.blockBytes;
  }
  contextOf(thread: number): number {
    return this.block(thread + 2) + this.context;
  }
  keyArea(thread: number): number {
    return this.block(thread + 2) + this.keys;
  }
  outputArea(thread: number): number {
    return this.block(thread + 2) + this.output;
  }
  frameEntry(frame: number): number {
    return this.frameTable + (frame - 1) * 32;
  }

  /** Everything but the private half of the blocks and the counters, which nobody decides by. */
  isShared(address: number): boolean {
    const inSlots = address - SUPERBLOCK_BYTES;
    if (inSlots >= 0 && address < this.identityTable) return inSlots % SLOT_BYTES < COUNTERS;
    for (let slot = 1; slot <= this.workers + 1; slot++) {
      const at = address - this.block(slot);
      if (at >= this.context && at < this.blockBytes) return false;
    }
    return true;
  }

  /**
   * Scratch of a thread. The counters of all slots go to the environment: what it owns is no part
   * of a state, and two states that differ in statistics only are one.
   */
  scratch(thread: number): ScratchRange[] {
    const slot = thread === this.workers ? 1 : thread + 2;
    const from = this.block(slot) + this.context + CONTEXT_KEPT;
    const own = { from, to: this.block(slot) + this.blockBytes, poison: true };
    if (slot !== 1) return [own];
    const counters = Array.from({ length: this.slots }, (_, i) => this.slot(i + 1) + COUNTERS);
    return [own, ...counters.map((at) => ({ from: at, to: at + SLOT_BYTES - COUNTERS }))];
  }

  symbol(address: number): string {
    if (address >= SUPERBLOCK_BYTES && address < this.identityTable) {
      const at = address - SUPERBLOCK_BYTES;
      return `slot${1 + Math.floor(at / SLOT_BYTES)}+${at % SLOT_BYTES}`;
    }
    for (let slot = 1; slot <= this.workers + 1; slot++) {
      const at = address - this.block(slot);
      if (at >= 0 && at < this.blockBytes) return `block${slot}+${at}`;
    }
    if (address < this.heap || address >= this.kib * 1024) return String(address);
    const at = address - this.heap;
    return `heap[${at >> UNIT_SHIFT}]+${at % (1 << UNIT_SHIFT)}`;
  }

  protocol(): Protocol {
    const generation = (machine: Machine, thread: number): number =>
      machine.load32(this.slot(thread + 2) + GEN);
    return {
      declareDead: (machine, thread) => {
        machine.store32(this.slot(thread + 2) + GEN, generation(machine, thread) + 1);
      },
      needsRecovery: (machine, thread) =>
        Number(machine.load64(this.slot(thread + 2)) >> 48n) !== generation(machine, thread),
      recover: (machine, thread) => { machine.callEnvironment('recover', thread + 2); },
      recovers: (machine, thread) => {
        const slots = Array.from({ length: this.slots }, (_, i) => this.slot(i + 1));
        return slots.some((slot) =>
          isClaimedBy(machine.load64(slot), thread + 2, generation(machine, thread)));
      },
    };
  }
}
