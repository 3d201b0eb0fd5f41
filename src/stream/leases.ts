/**
 * The partitions that a consumer reads: its share of the group's leases, taken when they are free
 * or their holder is dead, given back when others have too few.
 */
import { STREAM } from '../core-streams.js';
import type { Extent, GroupShape } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import type { StreamParts } from './parts.js';
import { orderOf, shareOf } from './shares.js';

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
  /** Extents that were read and not handed out yet. */
  extents: Extent[];
  /** Bytes that were committed since the last trim, about. */
  untrimmed: number;
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

  /** The partitions held now, the one whose turn it is first. */
  inTurn(): Held[] {
    const { length } = this.#held;
    this.#turn = length === 0 ? 0 : (this.#turn + 1) % length;
    return [...this.#held.slice(this.#turn), ...this.#held.slice(0, this.#turn)];
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

  /** Frees what all groups have had of a partition. Producers may be waiting for that. */
  trim(held: Held): void {
    this.#parts.core.trim(held.node, this.#parts.id);
    held.untrimmed = 0;
  }

  /** Before this thread sleeps: nobody else might do it. */
  trimAll(): void {
    for (const held of this.#held) {
      if (held.untrimmed > 0) this.trim(held);
    }
  }

  /** Without the partition: its lease has gone elsewhere. */
  lost(partition: number): void {
    this.#held = this.#held.filter((held) => held.partition !== partition);
  }

  /** Gives everything back and leaves the group. */
  leave(): void {
    this.trimAll();
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
    this.#held.push({
      partition, cell, node: nodes[partition], position: sight.offset(cell), hint: 0,
      // Whoever had the lease before may have died between a commit and its trim.
      extents: [], untrimmed: 1,
    });
  }
}
