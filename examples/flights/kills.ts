// Plans who dies when. A mark is a number of rows passed on by all workers of a role together; the
// worker that passes it is terminated while it goes on, so death may find it at any instruction.

import type { Meter, Role } from './progress.js';

/** A planned death. Structured-cloneable. */
export interface Mark {
  /** Who dies: a source while it publishes rows, or a consumer inside of a transaction. */
  readonly role: Role;
  /** Rows of that role's workers together at which the victim is chosen. */
  readonly row: number;
  /** For a consumer, the share of the transaction's groups after which the order is given. */
  readonly share: number;
}

// Marks lie in the first part of the rows, so that enough work is left for all of them.
const MARKED_SHARE = 0.9;

/**
 * Plans the deaths: one mark at a random row of each of `kills` equal stretches, half of them (the
 * first, third, ...) of sources and half of consumers. The same seed gives the same plan.
 */
export function planKills(kills: number, rows: number, seed: number): Mark[] {
  const random = mulberry32(seed);
  const stretch = (rows * MARKED_SHARE) / kills;
  return Array.from({ length: kills }, (_, i) => ({
    role: i % 2 === 0 ? 'source' : 'consumer',
    row: Math.floor((i + random()) * stretch),
    share: random(),
  }));
}

/**
 * A worker's view of the plan. The chosen worker gives the order itself, goes on, and if death has
 * not come by the end of the step waits for it there: so every mark costs exactly one worker.
 */
export class KillSwitch {
  private readonly marks: readonly Mark[];
  private mark: Mark | undefined;
  private ordered = false;

  /**
   * @param marks the plan, in order of rows
   * @param role the role of this worker
   * @param meter the counters that it shares with the other workers of its role
   * @param orderDeath asks the main thread to terminate this worker
   */
  constructor(
    marks: readonly Mark[],
    private readonly role: Role,
    private readonly meter: Meter,
    private readonly orderDeath: () => void,
  ) {
    this.marks = marks.filter((mark) => mark.role === role);
  }

  /** To be called whenever rows were counted, and when there are no rows left to count. */
  rowsCounted(): void {
    const index = this.meter.marksTaken;
    const mark = this.marks[index];
    if (this.mark !== undefined || mark === undefined) return;
    if (mark.row > this.meter.rows || !this.meter.takeMark(index)) return;
    this.mark = mark;
    if (this.role === 'source') this.order();
  }

  /** To be called inside a transaction with the share of its groups that were written. */
  mergeReached(share: number): void {
    if (this.mark !== undefined && share >= this.mark.share) this.order();
  }

  /** To be called where a step is over. Does not return in a worker that was chosen. */
  stepEnded(): void {
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
