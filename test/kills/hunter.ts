/**
 * Finds workers that stand inside an operation, by the lock words of leaves, which are read where
 * they are: the core knows nothing of it. Some are met by chance, others walk into a trap: a leaf
 * whose lock is held here, and which they want when they already hold the lock of a hot leaf.
 */
import { LAYOUT } from '../../src/layout.js';

const {
  GENERATION_SHIFT, INS, SLOT_MASK, SLOT_SHIFT, STATE_MASK, WAITERS,
} = LAYOUT.lockWord;

/** Addresses of leaves that keep their place. */
export interface Leaves {
  /** Of hot keys, by group. */
  readonly hot: readonly number[];
  readonly trap: number;
}

/** Somebody who holds the lock of a hot leaf. */
export interface Prey {
  readonly group: number;
  readonly slot: number;
  readonly word: bigint;
}

/** Looks in a row; between two rows others get the processor. */
const LOOKS = 5000;
/** How long a prey must stand still to count as stopped inside, in microseconds. */
const STILL_US = 100;

export class Hunter {
  private readonly words: BigUint64Array;
  private readonly halves: Int32Array;
  private set: bigint | undefined;

  constructor(memory: WebAssembly.Memory, private readonly leaves: Leaves) {
    this.words = new BigUint64Array(memory.buffer);
    this.halves = new Int32Array(memory.buffer);
  }

  /** Somebody who holds one of the locks now, if anybody is seen. */
  look(): Prey | undefined {
    for (let i = 0; i < LOOKS; i++) {
      const prey = this.lookAt(i % this.leaves.hot.length);
      if (prey !== undefined) return prey;
    }
    return undefined;
  }

  /** Who holds the lock of this group now. */
  lookAt(group: number): Prey | undefined {
    const word = this.wordOf(group);
    const slot = Number((word & SLOT_MASK) >> SLOT_SHIFT);
    return slot === 0 ? undefined : { group, slot, word };
  }

  /** Whether it still holds the same lock, in the same operation, a while after it was stopped. */
  isCaught({ group, word }: Prey, now: () => number): boolean {
    const until = now() + STILL_US;
    while (now() < until) if (!this.isHeld(group, word)) return false;
    return this.isHeld(group, word);
  }

  /** Takes the lock of the trap for an instance, which must live; nobody else wants it. */
  setTrap(slot: number, generation: number): void {
    const holder = BigInt.asUintN(64,
      (BigInt(slot) << SLOT_SHIFT) | (BigInt(generation) << GENERATION_SHIFT));
    this.set = Atomics.or(this.words, this.leaves.trap / 8, holder | INS);
  }

  /** Frees the lock, as its holder would. */
  openTrap(): void {
    if (this.set === undefined) return;
    Atomics.exchange(this.words, this.leaves.trap / 8, this.set);
    Atomics.notify(this.halves, this.leaves.trap / 4 + 1);
    this.set = undefined;
  }

  /** The same holder of the same version; others may say in the word that they wait. */
  private isHeld(group: number, word: bigint): boolean {
    return ((this.wordOf(group) ^ word) & ~WAITERS & ~STATE_MASK) === 0n;
  }

  private wordOf(group: number): bigint {
    return Atomics.load(this.words, this.leaves.hot[group] / 8);
  }
}
