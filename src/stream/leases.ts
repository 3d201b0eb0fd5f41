/**
 * The partitions that a consumer reads: its share of the group's leases, taken when they are free
 * or their holder is dead, given back when others have too few.
 */
import { STREAM } from '../core-streams.js';
import type { Extent, GroupShape } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import type { StreamParts } from './parts.js';
import { orderOf, shareOf } from './shares.js';

/** Settled messages are committed at the latest when they are so many bytes. */
const COMMIT_BYTES = 65536;
/** The same as a part of the capacity, for small ones. */
const COMMIT_PART = 16;

/** How often shares are looked at while messages keep coming, in milliseconds. */
const BALANCE_MS = 20;

/** A partition whose lease is here. */
export interface Held {
  readonly partition: number;
  readonly node: number;
  readonly cell: number;
  /** Number of the next message to hand out. */
  position: number;
  /** Where it begins, 0 if unknown. */
  hint: number;
  /** When extents were read last, as performance.now tells the time. */
  readAt: number;
  /** Extents that were read and not handed out yet. */
  extents: Extent[];
  /** Number behind the last message that is settled, and bytes that are not committed yet. */
  settled: number;
  unsettled: number;
  /** Whether something may have been committed that nobody has trimmed yet. */
  isUntrimmed: boolean;
}

export class Leases {
  readonly #parts: StreamParts;
  readonly #group: GroupShape;
  /** The partitions that this consumer is for; undefined: whichever the group deals out. */
  readonly #only: readonly number[] | undefined;
  #held: Held[] = [];
  #balancedAt = -Infinity;
  #turn = 0;

  constructor(parts: StreamParts, group: GroupShape, only: readonly number[] | undefined) {
    this.#parts = parts;
    this.#group = group;
    this.#only = only;
  }

  /** Index of the partition whose turn it is; each call gives the turn to the next one. */
  nextTurn(): number {
    this.#turn = this.#turn + 1 < this.#held.length ? this.#turn + 1 : 0;
    return this.#turn;
  }

  get held(): readonly Held[] {
    return this.#held;
  }

  /** Balances if that was not done lately. */
  balanceNowAndThen(): void {
    if (performance.now() - this.#balancedAt > BALANCE_MS) this.balance();
  }

  /**
   * Takes and gives leases until this member has its share. O(partitions + members).
   * @throws MillraceError STREAM_DESTROYED.
   */
  balance(): void {
    this.#balancedAt = performance.now();
    const { share, order } = this.#dealt();
    while (this.#held.length > share) this.#give(this.#held[this.#held.length - 1]);
    for (const partition of order) {
      if (this.#held.length >= share) return;
      if (!this.#held.some((held) => held.partition === partition)) this.#take(partition);
    }
  }

  /**
   * The messages up to `end` are done with. Their offset is committed with that of more messages,
   * because each commit gets into the way of producers.
   * @throws MillraceError STREAM_DESTROYED.
   */
  settle(held: Held, end: number, bytes: number): void {
    held.settled = end;
    held.unsettled += bytes;
    const most = Math.min(COMMIT_BYTES, this.#parts.capacity / COMMIT_PART);
    if (held.unsettled >= most) this.#commitSettled(held);
  }

  /**
   * Commits what is settled, and frees what all groups have had: before this thread sleeps or
   * leaves, because producers may be waiting for it, and nobody else might do it.
   * @throws MillraceError STREAM_DESTROYED.
   */
  tidy(): void {
    for (const held of this.#held) {
      this.#commitSettled(held);
      if (held.isUntrimmed) this.#parts.core.trim(held.node, this.#parts.id);
      held.isUntrimmed = false;
    }
  }

  /** The offset was committed up to `end`. */
  committed(held: Held, end: number): void {
    held.settled = end;
    held.unsettled = 0;
    held.isUntrimmed = true;
  }

  #commitSettled(held: Held): void {
    if (held.unsettled === 0) return;
    const result = this.#parts.core.commit(held.cell, this.#group.id, held.settled);
    // A journal that is stalled takes the offset later.
    if (result === STREAM.FULL) return;
    held.unsettled = 0;
    if (result === STREAM.DESTROYED) throw new MillraceError('STREAM_DESTROYED');
    // Whoever has the partition now gets the messages again: that is at least once.
    if (result === STREAM.LEASE_LOST) this.lost(held.partition);
  }

  /** Without the partition: its lease has gone elsewhere. */
  lost(partition: number): void {
    this.#held = this.#held.filter((held) => held.partition !== partition);
  }

  /** Gives everything back and leaves the group. */
  leave(): void {
    for (const held of this.#held) {
      this.#parts.core.give(held.cell, this.#group.id);
    }
    this.#held = [];
    this.#parts.core.leave(this.#group);
    this.#parts.core.sweep();
  }

  #dealt(): { share: number; order: readonly number[] } {
    if (this.#only !== undefined) return { share: this.#only.length, order: this.#only };
    const { partitions, sight, core } = this.#parts;
    const members = sight.members(this.#group);
    const rank = Math.max(0, members.findIndex(({ slot }) => slot === core.home.slot));
    const count = Math.max(1, members.length);
    return {
      share: shareOf(partitions, count, rank), order: orderOf(partitions, count, rank),
    };
  }

  #give(held: Held): void {
    this.#commitSettled(held);
    this.lost(held.partition);
    this.#parts.core.give(held.cell, this.#group.id);
  }

  #take(partition: number): void {
    const { core, sight, nodes } = this.#parts;
    const cell = this.#group.cells[partition];
    // A look is cheaper than the locks of an attempt that must fail.
    const holder = sight.holder(cell);
    if (holder !== undefined && holder.slot !== core.home.slot) return;
    const result = core.take(cell, this.#group.id);
    if (result === STREAM.DESTROYED) throw new MillraceError('STREAM_DESTROYED');
    if (result !== STREAM.OK) return;
    const offset = sight.offset(cell);
    this.#held.push({
      partition, cell, node: nodes[partition], position: offset, hint: 0, extents: [],
      readAt: -Infinity,
      settled: offset, unsettled: 0,
      // Whoever had the lease before may have died between a commit and its trim.
      isUntrimmed: true,
    });
  }
}
