/**
 * Messages of one partition that lie together, as a consumer gets them.
 */
import type { Extent } from '../core-streams.js';
import type { TransactionOptions } from '../txn/run.js';
import type { Transaction } from '../txn/transaction.js';
import type { Held } from './leases.js';
import type { Message } from './message.js';
import { Messages } from './messages.js';
import { NO_WINDOW } from './windows.js';
import type { Window } from './windows.js';

/** What a batch asks of its consumer. */
export interface BatchHome<K, V> {
  commit(batch: Batch<K, V>, held: Held): void;
  transaction<T>(
    batch: Batch<K, V>, held: Held, fn: (tx: Transaction<K, V>) => T,
    options?: TransactionOptions,
  ): T;
}

/** Where a batch lies. */
export interface BatchPlace {
  readonly held: Held;
  readonly rowBytes: number;
  readonly extent: Extent;
  readonly window: Window;
}

/**
 * A batch of messages of one partition. Its views and messages show shared memory: they are valid
 * until the batch is committed or its consumer is asked for the next one, and must not be written
 * to. Afterwards the views are empty; a consumer with `autoCommit: false` can still commit it.
 *
 * Rows are best read in place:
 *
 *     for (let at = batch.start; at < batch.end; at += batch.rowBytes) sum += batch.i32[at >> 2];
 *
 * Messages of any kind come from iterating over the batch; see Message.
 */
export class Batch<K, V> implements Iterable<Message> {
  readonly partition: number;
  /** Number of the first message in its partition. */
  readonly firstOffset: number;
  readonly count: number;
  /** Bytes of each message; 0 when they have lengths of their own. */
  readonly rowBytes: number;
  /** Byte offset of the first row in the views, and behind the last one. */
  readonly start: number;
  readonly end: number;

  i32: Int32Array;
  u32: Uint32Array;
  f32: Float32Array;
  /** Usable at rows and fields that are multiples of 8. */
  f64: Float64Array;
  u8: Uint8Array;

  readonly #home: BatchHome<K, V>;
  readonly #held: Held;
  #window: Window;

  /** Batches come from consumers. */
  constructor(home: BatchHome<K, V>, { held, rowBytes, extent, window }: BatchPlace) {
    this.#home = home;
    this.#held = held;
    this.partition = held.partition;
    this.rowBytes = rowBytes;
    this.firstOffset = extent.base;
    this.count = extent.count;
    this.start = extent.address - window.base;
    this.end = this.start + extent.bytes;
    this.#window = window;
    ({ i32: this.i32, u32: this.u32, f32: this.f32, f64: this.f64, u8: this.u8 } = window);
  }

  /**
   * Stands for the time that the partition has been here: the same object for all batches of that
   * time. Batches of another one can not be committed any more, and others may have had them.
   */
  get lease(): object {
    return this.#held;
  }

  /** The messages in order, all as the same object. */
  [Symbol.iterator](): IterableIterator<Message> {
    return new Messages(this.#window, this);
  }

  /**
   * Commits the offset behind this batch: the group will not get it again, nor what came before it
   * in its partition, whatever becomes of this thread. Without it that happens some time after the
   * next batch is asked for, unless the consumer was made with `autoCommit: false`.
   * @throws MillraceError LEASE_LOST when the partition has gone to another member, who will get
   *   these messages again, or when they were committed before; STREAM_DESTROYED, CLOSED; BUSY when
   *   the journal is stalled.
   */
  commit(): void {
    this.#home.commit(this, this.#held);
  }

  /**
   * Runs fn as Store.transaction does; its changes of the map and the offset behind this batch
   * become visible together or not at all. So each message takes effect exactly once.
   * @returns What fn returns. When fn throws, nothing has happened and the batch stays valid.
   * @throws What Store.transaction throws, LEASE_LOST and STREAM_DESTROYED; nothing has happened.
   */
  transaction<T>(fn: (tx: Transaction<K, V>) => T, options?: TransactionOptions): T {
    return this.#home.transaction(this, this.#held, fn, options);
  }

  /** @internal The bytes may be used again from here on. */
  expire(): void {
    this.#window = NO_WINDOW;
    ({ i32: this.i32, u32: this.u32, f32: this.f32, f64: this.f64, u8: this.u8 } = NO_WINDOW);
  }
}
