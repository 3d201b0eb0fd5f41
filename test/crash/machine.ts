// A region with up to one wasm instance per slot, in which the stores of one instance are counted
// and the instance can be stopped before any of them: what is in memory then is what a worker
// leaves that dies there. Everything of an instance but its bindings is memory, so a state is an
// image, and a stopped instance can be used again after an image was restored.

import { LAYOUT } from '../../src/layout.js';
import { noFiles, WASI_MODULE } from '../../src/wasi.js';
import { ATOMIC_HOOK, HOOK_MODULE, STORE, STORE_HOOK, kindOf, writes } from '../mc/access.js';
import type { Sizes } from './toy.js';

const { BLOCK, SLOT_BYTES, ST, TAIL } = LAYOUT.slot;
const { SUPERBLOCK_BYTES, Superblock } = LAYOUT.superblock;
const HEAD_SHIFT = Number(LAYOUT.stateWord.HEAD_SHIFT);
const HEAD_MASK = Number(LAYOUT.stateWord.HEAD_MASK);
const PAGE_KIB = 64;
const LINE_SHIFT = 6;

/** Hooked accesses after which a call is taken for endless. */
const ENDLESS = 2_000_000;

/** Thrown through the wasm of an instance to end it. */
class Stop extends Error {}
const STOP = new Stop('stopped before a store');

/** What a run up to a stop, or to its end, has done. */
export interface Run {
  /** Whether the instance was stopped. */
  readonly stopped: boolean;
  /** Stores to shared words that happened. */
  readonly stores: number;
  /** Which of them was the last commit store, counted from 1; 0 = there was none. */
  readonly commit: number;
  /** Where it was stopped. */
  readonly site: number;
}

type Exports = Record<string, (...args: number[]) => number>;

export class Machine {
  readonly buffer: ArrayBufferLike;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly signed: Int32Array;
  private readonly memory: WebAssembly.Memory;
  private readonly instances: Exports[] = [];
  /** 1 for each 64-byte line that only the owner of a block reads. */
  private readonly isPrivate: Uint8Array;
  /** The instance whose stores are counted; 0 = none. */
  private counted = 0;
  private stores = 0;
  private stopAt = 0;
  private commit = 0;
  private site = -1;
  private stateAddress = 0;
  private accesses = 0;

  constructor(private readonly module: WebAssembly.Module, readonly sizes: Sizes) {
    const pages = Math.ceil(sizes.kib / PAGE_KIB) + 1;
    this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.buffer = this.memory.buffer;
    this.bytes = new Uint8Array(this.buffer, 0, sizes.kib * 1024);
    this.words = new Uint32Array(this.buffer, 0, sizes.kib * 256);
    this.signed = new Int32Array(this.buffer, 0, sizes.kib * 256);
    this.isPrivate = new Uint8Array(this.bytes.length >> LINE_SHIFT);
  }

  image(): Uint8Array {
    return this.bytes.slice();
  }
  restore(image: Uint8Array): void {
    this.bytes.set(image);
  }

  /** Calls an export of a slot's instance. Throws if it waits or does not end. */
  call(slot: number, name: string, ...args: number[]): number {
    this.accesses = 0;
    if (this.sizes.journal !== 0) this.drain(slot, 1);
    return this.instanceOf(slot)[name](...args) >>> 0;
  }

  /**
   * Runs `act` and stops it before store number `stopAt` of a slot's instance; 0 = never. Stores to
   * words that only their owner ever reads do not count.
   */
  run(slot: number, stopAt: number, act: () => void): Run {
    this.findPrivateLines();
    this.counted = slot;
    this.stores = 0;
    this.stopAt = stopAt;
    this.commit = 0;
    this.site = -1;
    this.stateAddress = this.slotAddress(slot) + ST;
    try {
      act();
      return { stopped: false, stores: this.stores, commit: this.commit, site: -1 };
    } catch (error) {
      if (error !== STOP) throw error;
      return { stopped: true, stores: this.stores - 1, commit: this.commit, site: this.site };
    } finally {
      this.counted = 0;
    }
  }

  slotAddress(slot: number): number {
    return SUPERBLOCK_BYTES + (slot - 1) * SLOT_BYTES;
  }
  /** A u32 field of a slot. */
  slotField(slot: number, field: number): number {
    return this.words[(this.slotAddress(slot) + field) >> 2];
  }

  private instanceOf(slot: number): Exports {
    this.instances[slot] ??= this.newInstance(slot);
    return this.instances[slot];
  }

  /** Position in its ring of the record that a slot has committed last. */
  recordPosition(slot: number): number {
    const { locks, ringBytes } = this.sizes;
    const cell = (this.head(slot) - 1) & (ringBytes / LAYOUT.block.RING_BYTES_PER_CELL - 1);
    const directory = this.slotField(slot, BLOCK) + notesBytes(locks);
    return this.words[(directory + cell * LAYOUT.block.DIRECTORY_ENTRY) >> 2];
  }

  private head(slot: number): number {
    return (this.slotField(slot, ST) >>> HEAD_SHIFT) & HEAD_MASK;
  }

  /**
   * What a journal worker does now and then: all is flushed, and all records of a slot but the
   * newest `left` are drained. The next one goes behind those.
   */
  private drain(slot: number, left: number): void {
    const { DRAINED, EPOCH, FLUSHED, SUPERBLOCK_BYTES: lines } = LAYOUT.superblock;
    if (this.words[Superblock.slotTable >> 2] !== lines || this.head(slot) < left) return;
    this.words[(this.slotAddress(slot) + TAIL) >> 2] = this.head(slot) - left;
    this.words[FLUSHED >> 2] = 2 * this.words[EPOCH >> 2];
    this.words[DRAINED >> 2]++;
  }

  /** Nobody else runs, so only a journal worker can have what an instance waits for. */
  private wait(slot: number): number {
    if (this.sizes.journal === 0) throw new Error(`the instance of slot ${slot} waits`);
    this.drain(slot, 0);
    return 0;
  }

  private newInstance(slot: number): Exports {
    const env = {
      memory: this.memory,
      wait: (): number => this.wait(slot),
      notify: (): number => 0,
    };
    const hook = (access: number, address: number, site: number): void => {
      if (++this.accesses > ENDLESS) throw new Error(`slot ${slot} runs without an end`);
      if (this.counted === slot) this.count(kindOf(access), address >>> 0, site);
    };
    const hooks = { [ATOMIC_HOOK]: hook, [STORE_HOOK]: hook };
    const instance = new WebAssembly.Instance(this.module,
      { env, [WASI_MODULE]: noFiles(), [HOOK_MODULE]: hooks });
    return instance.exports as Exports;
  }

  private count(kind: number, address: number, site: number): void {
    if (!writes(kind) || this.isPrivate[address >>> LINE_SHIFT] === 1) return;
    this.stores++;
    if (this.stores === this.stopAt) {
      this.site = site;
      throw STOP;
    }
    // The announcement and the commit are the atomic stores of the owner to ST, in this order.
    if (kind === STORE && address === this.stateAddress) this.commit = this.stores;
  }

  /** From its context to its end, a block is the business of its owner alone. */
  private findPrivateLines(): void {
    this.isPrivate.fill(0);
    const blockBytes = this.words[Superblock.blockBytes >> 2];
    for (let slot = 1; slot <= this.sizes.slots; slot++) {
      const block = this.slotField(slot, BLOCK);
      if (block === 0) continue;
      const from = (block + sharedBytes(this.sizes)) >> LINE_SHIFT;
      this.isPrivate.fill(1, from, (block + blockBytes) >> LINE_SHIFT);
    }
  }
}

const notesBytes = (locks: number): number =>
  wholeLines(Math.max(0, locks - LAYOUT.slot.NOTES_IN_LINE) * 4);
const wholeLines = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Bytes of a block before the owner's private part: notes, directory, ring, dead bytes. */
export function sharedBytes({ locks, ringBytes, kib, frameShift }: Sizes): number {
  const { RING_BYTES_PER_CELL, DIRECTORY_ENTRY } = LAYOUT.block;
  const notes = notesBytes(locks);
  const directory = wholeLines((ringBytes / RING_BYTES_PER_CELL) * DIRECTORY_ENTRY);
  const frames = Math.floor((kib * 1024) / 2 ** frameShift);
  return wholeLines(notes + directory + ringBytes + frames * 4);
}
