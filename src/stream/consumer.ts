/**
 * Consumers: members of a group, who share the partitions of a stream among them and remember
 * together how far they have come.
 */
import { STREAM } from '../core-streams.js';
import type { GroupShape } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import type { Session } from '../map/session.js';
import { checkOffset } from '../txn/commit.js';
import { transaction } from '../txn/run.js';
import type { TransactionOptions } from '../txn/run.js';
import type { Transaction } from '../txn/transaction.js';
import { Batch } from './batch.js';
import type { BatchHome } from './batch.js';
import { Leases } from './leases.js';
import type { Held } from './leases.js';
import type { Closable, StreamParts } from './parts.js';
import { Reading } from './reading.js';
import type { Piece } from './reading.js';
import { Turn } from './turn.js';

/** What a consumer is made of. */
export interface ConsumerParts<K, V> {
  readonly parts: StreamParts;
  readonly session: Session<K, V>;
  readonly group: GroupShape;
  readonly name: string;
  readonly only: readonly number[] | undefined;
  readonly signal: AbortSignal | undefined;
  readonly autoCommit: boolean;
}

type Step<K, V> = IteratorResult<Batch<K, V>, undefined>;

interface Asked<K, V> {
  readonly resolve: (step: Step<K, V>) => void;
  readonly reject: (error: unknown) => void;
}

const DONE = { value: undefined, done: true } as const;

/** Number behind the last message of a batch. */
function endOf<K, V>({ firstOffset, count }: Batch<K, V>): number {
  return firstOffset + count;
}

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
 *
 * With `autoCommit: false` asking settles nothing. Then batches are committed by their owner, any
 * time later, in any partition the newest for all before it: work on many batches can be put into
 * one transaction.
 */
export class Consumer<K, V>
implements AsyncIterableIterator<Batch<K, V>, undefined>, BatchHome<K, V>, Closable {
  /** Name of the group. */
  readonly group: string;

  readonly #parts: StreamParts;
  readonly #session: Session<K, V>;
  readonly #leases: Leases;
  readonly #reading: Reading;
  readonly #groupId: number;
  readonly #signal: AbortSignal | undefined;
  readonly #autoCommit: boolean;
  readonly #turn = new Turn();
  /** The batch that can be read, and its partition. */
  #batch: Batch<K, V> | undefined;
  #batchHeld: Held | undefined;
  #asked: Asked<K, V> | undefined;
  #isClosed = false;
  #failure: unknown;

  /** Consumers come from Stream.subscribe. */
  constructor(
    { parts, session, group, name, only, signal, autoCommit }: ConsumerParts<K, V>,
  ) {
    this.group = name;
    this.#parts = parts;
    this.#session = session;
    this.#groupId = group.id;
    this.#leases = new Leases(parts, group, only);
    this.#reading = new Reading(parts, this.#leases);
    this.#signal = signal;
    this.#autoCommit = autoCommit;
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
      const value = this.#guard(() => {
        this.#begin();
        return this.#batchOf(this.#reading.take() ?? this.#reading.look());
      });
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
    return this.#guard(() => this.#nextWithin(timeout));
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
  commit(batch: Batch<K, V>, held: Held): void {
    this.#checkOpen(batch, held);
    const end = endOf(batch);
    const result = this.#parts.core.commit(held.cell, this.#groupId, end);
    if (result === STREAM.FULL) throw new MillraceError('BUSY', 'The journal is stalled.');
    this.#leases.committed(held, end);
    if (batch === this.#batch) this.#drop();
    this.#guard(() => checkOffset(result), held);
  }

  /** @internal */
  transaction<T>(
    batch: Batch<K, V>, held: Held, fn: (tx: Transaction<K, V>) => T,
    options?: TransactionOptions,
  ): T {
    this.#checkOpen(batch, held);
    const end = endOf(batch);
    const carried = {
      stage: () => this.#parts.core.stage(held.cell, this.#groupId, end),
      committed: () => {
        this.#leases.committed(held, end);
        if (batch === this.#batch) this.#drop();
      },
    };
    return this.#guard(() => transaction(this.#session, fn, options, carried), held);
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
    this.#reading.check();
    this.#settle();
    this.#leases.balanceNowAndThen();
  }

  #nextWithin(timeout: number): Batch<K, V> | undefined {
    this.#begin();
    let piece = timeout > 0 ? this.#reading.gather() : undefined;
    piece ??= this.#reading.look();
    if (piece === undefined && timeout > 0) piece = this.#sleepUntilNext(timeout);
    return this.#batchOf(piece);
  }

  #sleepUntilNext(timeout: number): Piece | undefined {
    for (const open of this.#parts.open) open.beforeBlocking();
    const until = performance.now() + timeout;
    for (let left = timeout; left > 0; left = until - performance.now()) {
      this.#reading.sleep(left);
      const piece = this.#reading.look();
      if (piece !== undefined) return piece;
    }
    return undefined;
  }

  #batchOf(piece: Piece | undefined): Batch<K, V> | undefined {
    if (piece === undefined) return undefined;
    const { held, extent } = piece;
    const { rowBytes, windows } = this.#parts;
    const window = windows.of(extent.address, extent.bytes);
    this.#batchHeld = held;
    this.#batch = new Batch(this, { held, rowBytes, extent, window });
    return this.#batch;
  }

  /** A consumer whose stream is gone ends; one that has lost a partition goes on without it. */
  #guard<T>(fn: () => T, held?: Held): T {
    try {
      return fn();
    } catch (error) {
      const code = error instanceof MillraceError ? error.code : undefined;
      if (code === 'STREAM_DESTROYED') this.#end(error);
      if (code === 'LEASE_LOST' && held !== undefined) this.#leases.lost(held.partition);
      throw error;
    }
  }

  /** Whether a batch can still be committed: its partition is here, and it was not yet. */
  #checkOpen(batch: Batch<K, V>, held: Held): void {
    this.#session.beginWrite();
    const isOpen = !this.#isClosed && endOf(batch) > held.settled &&
      this.#leases.held.includes(held);
    if (!isOpen) {
      throw new MillraceError('LEASE_LOST', 'The batch was committed, or its time is over.');
    }
    this.#guard(() => this.#reading.check());
  }

  /** The last batch is done with, unless it was committed or others decide about that. */
  #settle(): void {
    const batch = this.#batch;
    const held = this.#batchHeld;
    if (batch === undefined || held === undefined) return;
    this.#drop();
    if (this.#autoCommit) this.#leases.settle(held, endOf(batch), batch.end - batch.start);
  }

  /** The last batch is over. */
  #drop(): void {
    this.#batch?.expire();
    this.#batch = undefined;
    this.#batchHeld = undefined;
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
      const value = this.#guard(() => this.#batchOf(this.#reading.look()));
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
  #end(failure: unknown): void {
    if (this.#isClosed) return;
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
  }
}
