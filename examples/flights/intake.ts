// What a consumer does with batches: it adds them up in private memory and merges the sums into the
// map, in one transaction with the offset behind the rows: every row counts exactly once. An entry
// that a merge writes costs as much as adding up a hundred rows, so several batches of a partition
// are merged together.

import { MillraceError } from 'millrace';
import type { FlightBatch, Key } from './entries.js';
import type { Job } from './job.js';
import { merge } from './merge.js';
import type { Clock } from './progress.js';
import type { Sums } from './sums.js';
import { Tally } from './tally.js';

/** What an intake works with. */
export interface IntakeParts {
  readonly job: Job;
  /** Lanes that rows come from: partition modulo lanes. */
  readonly lanes: number;
  /** Rows of one partition that may be pending: what is not committed holds sources up. */
  readonly most: number;
  readonly clock: Pick<Clock, 'run'>;
  /** The key of a group's sums. */
  readonly keyOf: (group: number) => Key;
  /** Told the share of a merge's groups that were written, from 0 to 1, as it grows. */
  readonly reached: (share: number) => void;
  /** Told how many rows were merged. */
  readonly merged: (rows: number) => void;
}

/** What is pending of one partition. */
interface Share {
  /** The last batch: its transaction commits all of them. */
  batch: FlightBatch;
  rows: number;
  /** The groups that have rows. */
  readonly touched: number[];
  sumsOf(group: number): Sums;
}

export class Intake {
  private readonly shares = new Map<number, Share>();
  // One for each lane: keys have groups of their own, but the lanes have the same keys.
  private readonly tallies: readonly Tally[];

  constructor(private readonly parts: IntakeParts) {
    this.tallies = Array.from({ length: parts.lanes }, () => new Tally(parts.job));
  }

  get isEmpty(): boolean {
    return this.shares.size === 0;
  }

  /** Adds a batch up; merges what is pending of its partition if that is enough. */
  take(batch: FlightBatch): void {
    const share = this.shareOf(batch);
    const tally = this.tallyOf(batch);
    this.parts.clock.run('aggregate', () => tally.add(batch, share.touched));
    share.batch = batch;
    share.rows += batch.count;
    if (share.rows >= this.parts.most) this.settle(share);
  }

  /** Merges all that is pending. */
  rest(): void {
    for (const share of this.shares.values()) this.settle(share);
  }

  private settle(share: Share): void {
    const { clock, keyOf, reached, merged } = this.parts;
    try {
      clock.run('move', () => merge(share, keyOf, reached));
      this.remove(share);
      merged(share.rows);
    } catch (error) {
      // The partition went to another consumer meanwhile, and these rows with it.
      if (!(error instanceof MillraceError) || error.code !== 'LEASE_LOST') throw error;
      this.remove(share);
    }
  }

  private shareOf(batch: FlightBatch): Share {
    const old = this.shares.get(batch.partition);
    if (old?.batch.lease === batch.lease) return old;
    // Rows from when the partition was here before are somebody else's by now.
    if (old !== undefined) this.remove(old);
    const tally = this.tallyOf(batch);
    const share = { batch, rows: 0, touched: [], sumsOf: (group: number) => tally.sumsOf(group) };
    this.shares.set(batch.partition, share);
    return share;
  }

  private remove({ batch, touched }: Share): void {
    this.tallyOf(batch).clear(touched);
    this.shares.delete(batch.partition);
  }

  private tallyOf({ partition }: FlightBatch): Tally {
    return this.tallies[partition % this.tallies.length];
  }
}
