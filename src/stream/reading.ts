/**
 * Where a consumer gets its messages: the extents of the partitions whose leases it has, one after
 * the other, each partition in its turn.
 */
import type { Extent } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import type { Held, Leases } from './leases.js';
import type { StreamParts } from './parts.js';
import { Spin } from './spin.js';

/** Messages that lie together, and the partition that they are from. */
export interface Piece {
  readonly held: Held;
  readonly extent: Extent;
}

/** So many messages are read at once; fewer only when the last read was so long ago. */
const GATHERED = 256;
const GATHER_MS = 0.02;

export class Reading {
  readonly #parts: StreamParts;
  readonly #leases: Leases;
  readonly #spin = new Spin();

  constructor(parts: StreamParts, leases: Leases) {
    this.#parts = parts;
    this.#leases = leases;
  }

  /** @throws MillraceError STREAM_DESTROYED. */
  check(): void {
    const { sight, nodes, id } = this.#parts;
    if (sight.isDestroyed(nodes[0], id)) throw new MillraceError('STREAM_DESTROYED');
  }

  /** Whatever is there. @throws MillraceError STREAM_DESTROYED. */
  take(): Piece | undefined {
    return this.#take(() => true);
  }

  /** More than a few messages, if that is to be had without sleeping. Errors as for take. */
  gather(): Piece | undefined {
    const isWorthReading = (held: Held): boolean => this.#isWorthReading(held);
    const gathered = this.#take(isWorthReading);
    if (gathered !== undefined) return gathered;
    this.#spin.around(() => this.#leases.held.some(isWorthReading));
    const piece = this.take();
    this.#spin.hasPaid(piece !== undefined);
    return piece;
  }

  /**
   * After any sleep, and before the next one: shares may have changed, too, and producers may be
   * waiting for what is settled. Errors as for take.
   */
  look(): Piece | undefined {
    this.check();
    const first = this.take();
    if (first !== undefined) return first;
    this.#leases.balance();
    const piece = this.take();
    if (piece === undefined) this.#leases.tidy();
    return piece;
  }

  /** Blocks until there might be something, at most so long. */
  sleep(milliseconds: number): void {
    const { bells, sight } = this.#parts;
    const hasNews = (): boolean => this.#leases.held.some(({ node, position }) =>
      sight.tail(node) > position);
    this.#spin.asleep(() => bells.wait(milliseconds, hasNews));
  }

  #take(isWorthReading: (held: Held) => boolean): Piece | undefined {
    const all = this.#leases.held;
    let at = this.#leases.nextTurn();
    for (let i = 0; i < all.length; i++) {
      const held = all[at];
      at = at + 1 < all.length ? at + 1 : 0;
      const hasExtents = held.extents.length > 0 || (isWorthReading(held) && this.#read(held));
      const extent = hasExtents ? held.extents.shift() : undefined;
      if (extent === undefined) continue;
      held.position = extent.base + extent.count;
      held.hint = extent.address + extent.bytes;
      return { held, extent };
    }
    return undefined;
  }

  /** Reading gets into the way of a producer at work, so it is not done for each message. */
  #isWorthReading({ node, position, readAt }: Held): boolean {
    const count = this.#parts.sight.tail(node) - position;
    return count >= GATHERED || (count > 0 && performance.now() - readAt > GATHER_MS);
  }

  /** Asks for more of a partition. Whether there was more. */
  #read(held: Held): boolean {
    const { core, sight, id } = this.#parts;
    if (sight.tail(held.node) <= held.position) return false;
    const extents = core.read(held.node, id, held.position, held.hint);
    if (typeof extents === 'number') throw new MillraceError('STREAM_DESTROYED');
    held.extents = extents;
    held.readAt = performance.now();
    return extents.length > 0;
  }
}
