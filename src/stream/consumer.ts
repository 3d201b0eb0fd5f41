/**
 * Consumers: members of a group, who share the partitions of a stream among them and remember
 * together how far they have come.
 */
import { STREAM } from '../core-streams.js';
import type { GroupShape } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import type { Session } from '../map/session.js';
import { transaction } from '../txn/run.js';
import type { TransactionOptions } from '../txn/run.js';
import type { Transaction } from '../txn/transaction.js';
import { Batch } from './batch.js';
import type { BatchHome } from './batch.js';
import { Leases } from './leases.js';
import type { Held } from './leases.js';
import type { Closable, StreamParts } from './parts.js';
import { Spin } from './spin.js';
import { Turn } from './turn.js';

/** What a consumer is made of. */
export interface ConsumerParts<K, V> {
  readonly parts: StreamParts;
  readonly session: Session<K, V>;
  readonly group: GroupShape;
  readonly name: string;
  readonly only: readonly number[] | undefined;
  readonly signal: AbortSignal | undefined;
}

type Step<K, V> = IteratorResult<Batch<K, V>, undefined>;

interface Asked<K, V> {
  readonly resolve: (step: Step<K, V>) => void;
  readonly reject: (error: unknown) => void;
}

/** So many messages are read at once; fewer only when the last read was so long ago. */
const GATHERED = 256;
const GATHER_MS = 0.01;

const DONE = { value: undefined, done: true } as const;

/**
 * A member of a group. Batches come by `for await`, or by `nextSync`, which blocks:
 *
 *     for await (const batch of consumer) batch.transaction((tx) => ...);
 *
 * Asking for a batch settles the one before it: its offset is committed soon, together with those
 * of others, and before this consumer sleeps, ends, or gives the partition away. So each message is
 * seen at least once; when this thread is killed, others get the last few batches again. A loop
 * that ends by an error or `break` leaves the offset in front of its last batch, and closes the
 * consumer.
 */
export class Consumer<K, V>
implements AsyncIterableIterator<Batch<K, V>, undefined>, BatchHome<K, V>, Closable {
  /** Name of the group. */
  readonly group: string;

  readonly #parts: StreamParts;
  readonly #session: Session<K, V>;
  readonly #leases: Leases;
  readonly #groupId: number;
  readonly #signal: AbortSignal | undefined;
  readonly #turn = new Turn();
  readonly #spin = new Spin();
  #batch: Batch<K, V> | undefined;
  #batchHeld: Held | undefined;
  #asked: Asked<K, V> | undefined;
  #isClosed = false;
  #failure: unknown;

  /** Consumers come from Stream.subscribe. */
  constructor({ parts, session, group, name, only, signal }: ConsumerParts<K, V>) {
    this.group = name;
    this.#parts = parts;
    this.#session = session;
    this.#groupId = group.id;
    this.#leases = new Leases(parts, group, only);
    this.#signal = signal;
    signal?.addEventListener('abort', this.#abort);
    parts.open.add(this);
  }

  /** The partitions that this consumer reads at present. */
  get partitions(): number[] {
    return this.#leases.held.map(({ partition }) => partition).sort((a, b) => a - b);
  }

  /**
   * The next batch; done after close. One call at a time.
   * @throws TypeError (rejected) when the last call has not been answered. MillraceError
   *   STREAM_DESTROYED, or CLOSED when the store was closed; the signal's reason.
   */
  next(): Promise<Step<K, V>> {
    if (this.#asked !== undefined) {
      return Promise.reject(new TypeError('The last call of next has not been answered yet'));
    }
    try {
      if (this.#isClosed) return this.#ended();
      this.#begin();
      const value = this.#take() ?? this.#look();
      if (value === undefined) return this.#wait();
      const step: Step<K, V> = { value, done: false };
      return this.#turn.isOver() ? this.#turn.next().then(() => step) : Promise.resolve(step);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * The next batch, blocking this thread until there is one; undefined when the time is up or the
   * consumer is closed. Before it blocks, what writers of this thread have staged is published.
   * @param timeout In milliseconds; default: for ever.
   * @throws MillraceError UNSUPPORTED in a thread that must not block; STREAM_DESTROYED, CLOSED.
   */
  nextSync(timeout: number = Infinity): Batch<K, V> | undefined {
    if (typeof timeout !== 'number' || !(timeout >= 0)) {
      throw new TypeError('timeout must be a number of milliseconds from 0 on');
    }
    if (this.#asked !== undefined) throw new TypeError('This consumer is being awaited');
    if (this.#isClosed) {
      if (this.#failure !== undefined) throw this.#failure;
      return undefined;
    }
    this.#begin();
    let batch = timeout > 0 ? this.#gathered() : undefined;
    batch ??= this.#look();
    if (batch !== undefined || timeout === 0) return batch;
    for (const open of this.#parts.open) open.beforeBlocking();
    const until = performance.now() + timeout;
    for (let left = timeout; batch === undefined && left > 0; left = until - performance.now()) {
      this.#spin.asleep(() => this.#parts.bells.wait(left, () => this.#hasNews()));
      batch = this.#look();
    }
    return batch;
  }

  /**
   * Leaves the group: others take over the partitions. A batch that was not committed is theirs,
   * too. Who waits for a batch gets the end of the iteration.
   */
  close(): void {
    this.#end(undefined);
  }

  /** As close. The end of a `for await` that was left early. */
  return(): Promise<Step<K, V>> {
    this.close();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  commit(batch: Batch<K, V>): void {
    const held = this.#heldOf(batch);
    const end = batch.firstOffset + batch.count;
    const result = this.#parts.core.commit(held.cell, this.#groupId, end);
    if (result === STREAM.FULL) throw new MillraceError('BUSY', 'The journal is stalled.');
    this.#leases.committed(held, end);
    this.#drop();
    if (result === STREAM.DESTROYED) throw this.#end(new MillraceError('STREAM_DESTROYED'));
    if (result !== STREAM.LEASE_LOST) return;
    this.#leases.lost(held.partition);
    throw new MillraceError('LEASE_LOST');
  }

  /** @internal */
  transaction<T>(
    batch: Batch<K, V>, fn: (tx: Transaction<K, V>) => T, options?: TransactionOptions,
  ): T {
    const held = this.#heldOf(batch);
    const end = batch.firstOffset + batch.count;
    const stage = (): void => this.#parts.core.stage(held.cell, this.#groupId, end);
    const result = transaction(this.#session, fn, options, stage);
    this.#leases.committed(held, end);
    this.#drop();
    return result;
  }

  /** @internal */
  storeCloses(): undefined {
    this.#end(new MillraceError('CLOSED'));
  }

  /** @internal Whether this is a member of that group. */
  isIn(stream: number, group: string): boolean {
    return stream === this.#parts.id && group === this.group;
  }

  /** @internal */
  holdsUp(stream: number): boolean {
    return stream === this.#parts.id;
  }

  /** @internal */
  beforeBlocking(): void {}

  readonly #abort = (): void => this.#end(this.#signal?.reason);

  /** Settles the batch before. */
  #begin(): void {
    this.#session.beginWrite();
    this.#checkStream();
    this.#settle();
    this.#leases.balanceNowAndThen();
  }

  /** A batch of more than a few messages, if that is to be had without sleeping. */
  #gathered(): Batch<K, V> | undefined {
    const isWorthReading = (held: Held): boolean => this.#isWorthReading(held);
    const look = (): boolean => this.#leases.held.some(isWorthReading);
    return this.#take(isWorthReading) ??
      (this.#spin.isWorthIt(look) ? this.#take(isWorthReading) : undefined);
  }

  /** Reading gets into the way of a producer at work, so it is not done for each message. */
  #isWorthReading({ node, position, readAt }: Held): boolean {
    const count = this.#parts.sight.tail(node) - position;
    return count >= GATHERED || (count > 0 && performance.now() - readAt > GATHER_MS);
  }

  /** As after any sleep: shares may have changed, too. */
  #look(): Batch<K, V> | undefined {
    this.#checkStream();
    this.#leases.balance();
    const batch = this.#take();
    if (batch === undefined) this.#leases.tidy();
    return batch;
  }

  /** Whether there might be something for this consumer; costs no call of the core. */
  #hasNews(): boolean {
    const { sight } = this.#parts;
    return this.#leases.held.some(({ node, position }) => sight.tail(node) > position);
  }

  #take(isWorthReading?: (held: Held) => boolean): Batch<K, V> | undefined {
    for (const held of this.#leases.inTurn()) {
      if (held.extents.length === 0) {
        if (isWorthReading?.(held) === false || !this.#read(held)) continue;
      }
      return this.#hand(held);
    }
    return undefined;
  }

  /** Asks for more of a partition. Whether there was more. */
  #read(held: Held): boolean {
    const { core, sight, id } = this.#parts;
    if (sight.tail(held.node) <= held.position) return false;
    const extents = core.read(held.node, id, held.position, held.hint);
    if (typeof extents === 'number') throw this.#end(new MillraceError('STREAM_DESTROYED'));
    held.extents = extents;
    held.readAt = performance.now();
    return extents.length > 0;
  }

  #hand(held: Held): Batch<K, V> {
    const extent = held.extents.shift()!;
    const { address, bytes, base, count } = extent;
    held.position = base + count;
    held.hint = address + bytes;
    const { partition } = held;
    const { rowBytes, windows } = this.#parts;
    const window = windows.of(address, bytes);
    this.#batchHeld = held;
    this.#batch = new Batch(this, { partition, rowBytes, extent, window });
    return this.#batch;
  }

  /** The partition of a batch that can still be committed. */
  #heldOf(batch: Batch<K, V>): Held {
    this.#session.beginWrite();
    if (this.#batchHeld === undefined || batch !== this.#batch || this.#isClosed) {
      throw new MillraceError('LEASE_LOST', 'The batch was committed, or its time is over.');
    }
    this.#checkStream();
    return this.#batchHeld;
  }

  /** The last batch is done with, unless it was committed. */
  #settle(): void {
    const batch = this.#batch;
    const held = this.#batchHeld;
    if (batch === undefined || held === undefined) return;
    this.#drop();
    this.#leases.settle(held, batch.firstOffset + batch.count, batch.end - batch.start);
  }

  /** The last batch is over. */
  #drop(): void {
    this.#batch?.expire();
    this.#batch = undefined;
    this.#batchHeld = undefined;
  }

  #checkStream(): void {
    const { sight, nodes, id } = this.#parts;
    if (!sight.isDestroyed(nodes[0], id)) return;
    throw this.#end(new MillraceError('STREAM_DESTROYED'));
  }

  #wait(): Promise<Step<K, V>> {
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#parts.bells.add(this);
    });
  }

  /** @internal */
  poll(): boolean {
    const asked = this.#asked;
    if (asked === undefined) return true;
    try {
      const value = this.#look();
      if (value === undefined) return false;
      this.#turn.began();
      asked.resolve({ value, done: false });
    } catch (error) {
      asked.reject(error);
    }
    this.#asked = undefined;
    return true;
  }

  #ended(): Promise<Step<K, V>> {
    return this.#failure === undefined ? Promise.resolve(DONE) : Promise.reject(this.#failure);
  }

  /** Ends the consumer, for a reason or without one. */
  #end<E>(failure: E): E {
    if (this.#isClosed) return failure;
    this.#isClosed = true;
    this.#failure = failure;
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#parts.open.delete(this);
    this.#drop();
    this.#leases.leave();
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked !== undefined) {
      this.#parts.bells.remove(this);
      this.#ended().then(asked.resolve, asked.reject);
    }
    return failure;
  }
}
