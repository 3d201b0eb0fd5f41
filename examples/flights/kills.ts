// Plans who dies when. A mark is a number of rows counted by all workers together; the worker that
// passes it is terminated while it goes on working, so death may find it at any instruction.

import type { Progress } from './progress.js';

/** A planned death. Structured-cloneable. */
export interface Mark {
  /** Rows counted by all workers together at which the victim is chosen. */
  readonly row: number;
  /** 'batch': terminated at once, most likely while it adds up rows; 'merge': in a transaction. */
  readonly at: 'batch' | 'merge';
  /** For 'merge', the share of the transaction's groups after which the order to die is given. */
  readonly share: number;
}

// Marks lie in the first part of the rows, so that enough work is left for all of them.
const MARKED_SHARE = 0.9;

/**
 * Plans the deaths: one mark at a random row of each of `kills` equal stretches, half of them (the
 * first, third, ...) in a batch and half in a transaction. The same seed gives the same plan.
 */
export function planKills(kills: number, rows: number, seed: number): Mark[] {
  const random = mulberry32(seed);
  const stretch = (rows * MARKED_SHARE) / kills;
  return Array.from({ length: kills }, (_, i) => ({
    row: Math.floor((i + random()) * stretch),
    at: i % 2 === 0 ? 'batch' : 'merge',
    share: random(),
  }));
}

/**
 * A worker's view of the plan. The chosen worker gives the order itself, goes on, and if death has
 * not come by the end of the batch waits for it there: so every mark costs exactly one worker.
 */
export class KillSwitch {
  private mark: Mark | undefined;
  private ordered = false;

  /**
   * @param marks the plan, in order of rows
   * @param progress counters shared with the other workers
   * @param orderDeath asks the main thread to terminate this worker
   */
  constructor(
    private readonly marks: readonly Mark[],
    private readonly progress: Progress,
    private readonly orderDeath: () => void,
  ) {}

  /** To be called whenever rows were counted, and when there are no rows left to count. */
  rowsCounted(): void {
    const index = this.progress.marksTaken;
    const mark = this.marks[index];
    if (this.mark !== undefined || mark === undefined) return;
    if (mark.row > this.progress.rowsCounted || !this.progress.takeMark(index)) return;
    this.mark = mark;
    if (mark.at === 'batch') this.order();
  }

  /** To be called inside a transaction with the share of its groups that were written. */
  mergeReached(share: number): void {
    if (this.mark?.at === 'merge' && share >= this.mark.share) this.order();
  }

  /** To be called where a batch is over. Does not return in a worker that was chosen. */
  batchEnded(): void {
    if (this.mark === undefined) return;
    this.order();
    awaitDeath();
  }

  private order(): void {
    if (this.ordered) return;
    this.ordered = true;
    this.orderDeath();
  }
}

/** Sleeps until the thread is terminated. */
function awaitDeath(): never {
  const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (;;) Atomics.wait(never, 0, 0);
}

/** A small seeded generator of numbers in [0, 1): Tommy Ettinger's mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
