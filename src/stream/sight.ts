/**
 * What can be seen of streams without a call: words that others change and this thread reads.
 * Every answer may be old by the time it is used, so nothing is decided by them that must be right.
 */
import type { GroupShape, Holder, StreamCore } from '../core-streams.js';
import { LAYOUT } from '../layout.js';

const {
  PARTITION_TAIL, PARTITION_RETAINED, PARTITION_ID, PARTITION_FLAGS, PARTITION_CELLS,
  FLAG_DESTROYED,
} = LAYOUT.partition;
const { CELL_NEXT, CELL_OFFSET, CELL_LEASE } = LAYOUT.cell;
const { MEMBERS_FIRST, MEMBERS_NEXT, MEMBER_CAP } = LAYOUT.members;
const { CHAIN_MAX } = LAYOUT.streamNode;
const { BELL, BELL_ASYNC, GEN } = LAYOUT.slot;
const TWO_32 = 2 ** 32;

export class Sight {
  readonly #words: Uint32Array;
  readonly #home: StreamCore['home'];
  readonly #life: number;
  readonly #slots: number;

  constructor({ home }: StreamCore) {
    this.#home = home;
    this.#words = home.words;
    this.#slots = home.superblock('slots');
    this.#life = home.words[LAYOUT.superblock.LIFE >>> 2];
  }

  /** Number of the partition's next message. */
  tail(node: number): number {
    return this.#u64(node + PARTITION_TAIL);
  }

  /** Bytes that some group has not had. */
  retained(node: number): number {
    return this.#load(node + PARTITION_RETAINED);
  }

  isDestroyed(node: number, id: number): boolean {
    return this.#load(node + PARTITION_ID) !== id ||
      (this.#load(node + PARTITION_FLAGS) & FLAG_DESTROYED) !== 0;
  }

  /** Number of the first message that the group has not committed. */
  offset(cell: number): number {
    return this.#u64(cell + CELL_OFFSET);
  }

  /** The living holder of a lease. */
  holder(cell: number): Holder | undefined {
    return this.#holderAt(cell + CELL_LEASE);
  }

  /** The living members of a group, by slot. */
  members({ members }: GroupShape): Holder[] {
    const found: Holder[] = [];
    for (let node = members; node !== 0; node = this.#load(node + MEMBERS_NEXT)) {
      for (let i = 0; i < MEMBER_CAP; i++) {
        const holder = this.#holderAt(node + MEMBERS_FIRST + 8 * i);
        if (holder !== undefined) found.push(holder);
      }
    }
    return found.sort((a, b) => a.slot - b.slot);
  }

  /** Whether somebody sleeps who reads the partition for a group. O(groups). */
  hasSleeper(node: number): boolean {
    let cell = this.#load(node + PARTITION_CELLS);
    for (let i = 0; cell !== 0 && i < CHAIN_MAX; i++) {
      const holder = this.#holderAt(cell + CELL_LEASE);
      if (holder !== undefined && this.#sleeps(holder.slot)) return true;
      cell = this.#load(cell + CELL_NEXT);
    }
    return false;
  }

  #sleeps(slot: number): boolean {
    const lines = this.#home.slotLines(slot);
    return this.#load(lines + BELL) === 1 || this.#load(lines + BELL_ASYNC) === 1;
  }

  /** A lease or member entry: life, generation and slot; nobody when one of them is over. */
  #holderAt(at: number): Holder | undefined {
    const low = this.#load(at);
    const slot = low & 0xffff;
    const generation = low >>> 16;
    // Words of nodes that have become others are looked at, too.
    if (slot === 0 || slot > this.#slots || this.#load(at + 4) !== this.#life) return undefined;
    const isAlive = this.#load(this.#home.slotLines(slot) + GEN) === generation;
    return isAlive ? { slot, generation } : undefined;
  }

  #load(address: number): number {
    return Atomics.load(this.#words, address >>> 2);
  }

  /** The high half is looked at again: the low one wraps once in four billion messages. */
  #u64(address: number): number {
    for (;;) {
      const high = this.#load(address + 4);
      const low = this.#load(address);
      if (this.#load(address + 4) === high) return high * TWO_32 + low;
    }
  }
}
