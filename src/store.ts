/**
 * The store as its users see it: one object per thread, every verb synchronous. What the verbs do
 * stands in map/ and txn/; here is what they promise.
 */
import type { StoreHandle } from './handle.js';
import { check } from './inspect/check.js';
import type { CheckReport } from './inspect/check.js';
import { stats } from './inspect/stats.js';
import type { Stats } from './inspect/stats.js';
import { backup } from './journal/backup.js';
import type { Backup } from './journal/backup.js';
import { compact } from './journal/compact.js';
import type { Compacted } from './journal/compact.js';
import { checkDurability } from './journal/durability.js';
import type { Durability } from './journal/durability.js';
import { lastOutcome } from './map/identity.js';
import type { Outcome } from './map/identity.js';
import { decoders, RangeIterator } from './map/iterator.js';
import type { Decode } from './map/iterator.js';
import { boundsOf } from './map/range.js';
import type { Range } from './map/range.js';
import { readRange } from './map/read-range.js';
import { get, has, read } from './map/read.js';
import { CLOSED } from './map/session.js';
import type { Session } from './map/session.js';
import { del, durably, numbered, put } from './map/write.js';
import type { WriteOptions } from './map/write.js';
import type { LongOptions } from './progress.js';
import { checkBoolean, checkFunction, checkNames, checkSignal } from './options.js';
import type { StreamOptions } from './stream/options.js';
import type { Stream } from './stream/stream.js';
import { Streams } from './stream/streams.js';
import type { Members } from './supervisor/members.js';
import { batch } from './txn/batch.js';
import type { BatchOperation } from './txn/batch.js';
import { transaction } from './txn/run.js';
import type { TransactionOptions } from './txn/run.js';
import type { Transaction } from './txn/transaction.js';

/** What a store is made of. */
export interface StoreParts<K, V> {
  readonly session: Session<K, V>;
  readonly handle: StoreHandle;
  readonly members: Members;
  /** Gives the slot back and settles everything else. */
  readonly leave: () => Promise<void>;
}

/** Options of flushed. */
export interface FlushOptions {
  /** The level to wait for, default 'flushed'. */
  readonly durability?: Exclude<Durability, 'visible'>;
  /** Ends the wait early: the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
}

const WRITE_OPTIONS = ['sequence', 'durability'];

/**
 * An ordered map that the threads of a process share. Keys are ordered by their encoded bytes.
 * After `close` every call throws MillraceError CLOSED, except close and the getters.
 */
export class Store<K, V> {
  /** What other threads need to attach: give it to workerData or postMessage. */
  readonly handle: StoreHandle;

  /** Who is attached to the store. */
  readonly members: Members;

  readonly #session: Session<K, V>;
  readonly #leave: () => Promise<void>;
  readonly #streams: Streams<K, V>;
  readonly #decode: ReturnType<typeof decoders<K, V>>;
  #closing: Promise<void> | undefined;

  /** Stores come from open and attach. */
  constructor({ session, handle, members, leave }: StoreParts<K, V>) {
    this.handle = handle;
    this.members = members;
    this.#session = session;
    this.#leave = leave;
    this.#streams = new Streams(session);
    this.#decode = decoders(session);
  }

  /** ':memory:' or the directory, as it was given to open. */
  get location(): string {
    return this.handle.location;
  }

  get status(): 'open' | 'closed' {
    return (this.#session.state & CLOSED) === 0 ? 'open' : 'closed';
  }

  /**
   * The value of a key, decoded; undefined if there is none. O(log n).
   * @throws MillraceError KEY_TOO_LARGE, ENCODING or CLOSED; for a store in a directory also
   *   CORRUPT or IO_ERROR, with file and offset, when the record cannot be had from the files, and
   *   BUSY when nobody has read them for long. The same holds for all verbs that need a record.
   */
  get(key: K): V | undefined {
    return get(this.#session, key);
  }

  /** Whether the key is there. O(log n). Errors as for get. */
  has(key: K): boolean {
    return has(this.#session, key);
  }

  /**
   * The values of several keys, in their order, undefined where there is none. Each is read on its
   * own: use a transaction to read them as of one moment. O(keys * log n).
   */
  getMany(keys: readonly K[]): (V | undefined)[] {
    if (!Array.isArray(keys)) throw new TypeError('getMany needs an array of keys');
    return keys.map((key: K) => get(this.#session, key));
  }

  /**
   * Calls fn with the encoded value where it stands, without a copy, and returns its result;
   * undefined if there is no such key. The view is valid only inside fn and must not be written
   * to: keep a copy, never the view. Nothing that fn can see is freed meanwhile, so keep it short;
   * writing to a nearly full store inside fn may end in FULL early.
   * @throws TypeError when fn is no function or returns a promise. MillraceError as for get.
   */
  read<T>(key: K, fn: (view: Uint8Array) => T): T | undefined {
    checkFunction(fn, 'The function given to read');
    return read(this.#session, key, fn);
  }

  /**
   * Calls fn with each encoded key and value of a range where they stand, in order, until it
   * returns false. What holds for the view of read holds for both views. O(entries + log n).
   * @throws TypeError for a wrong range; MillraceError KEY_TOO_LARGE, ENCODING or CLOSED.
   */
  readRange(
    range: Range<K> | undefined, fn: (key: Uint8Array, value: Uint8Array) => void | false,
  ): void {
    checkFunction(fn, 'The function given to readRange');
    readRange(this.#session, range, fn);
  }

  /**
   * Sets the value of a key. On return every thread sees it, and it survives the death of any.
   * If it throws, nothing has happened, unless it was waiting for durability. O(log n).
   * @throws MillraceError FULL, KEY_TOO_LARGE (over 4096 bytes), VALUE_TOO_LARGE (over 64 MiB, or
   *   more than the region could ever hold), ENCODING or CLOSED; for a store in a directory also
   *   IO_ERROR when a file has failed, and BUSY when nobody has written the journal for long.
   */
  put(key: K, value: V, options?: WriteOptions): void {
    if (options === undefined && this.#session.durability === 'visible') {
      put(this.#session, key, value);
    } else this.#write(options, () => put(this.#session, key, value));
  }

  /**
   * Removes a key; needs no room. Removing nothing is not recorded under an identity. O(log n).
   * @returns Whether the key was there.
   * @throws MillraceError KEY_TOO_LARGE, ENCODING or CLOSED; IO_ERROR and BUSY as for put.
   */
  del(key: K, options?: WriteOptions): boolean {
    if (options === undefined && this.#session.durability === 'visible') {
      return del(this.#session, key);
    }
    return this.#write(options, () => del(this.#session, key));
  }

  /**
   * Applies several operations as one: other threads see all of them or none. The last operation
   * on a key counts. O(n log n) for n operations.
   * @throws MillraceError FULL, TXN_TOO_LARGE, and what put throws; then nothing has happened.
   * @throws TypeError when an operation is neither a put nor a del.
   */
  batch(operations: readonly BatchOperation<K, V>[], options?: WriteOptions): void {
    this.#write(options, () => batch(this.#session, operations));
  }

  /**
   * Entries of a range in key order. Between two steps nothing is held: an entry that others put
   * or remove behind the iterator's place may or may not be seen. O(log n) per batch of up to 128.
   * @throws TypeError for a wrong range; MillraceError KEY_TOO_LARGE, ENCODING or CLOSED.
   */
  entries(range?: Range<K>): IterableIterator<[K, V]> {
    return this.#iterate(range, this.#decode.entry);
  }

  /** As entries, keys only: values are not decoded. */
  keys(range?: Range<K>): IterableIterator<K> {
    return this.#iterate(range, this.#decode.key);
  }

  /** As entries, values only. */
  values(range?: Range<K>): IterableIterator<V> {
    return this.#iterate(range, this.#decode.value);
  }

  /** As entries. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  /**
   * Runs fn so that everything it reads and writes through tx happens as if at one moment, also if
   * this thread dies in the middle. fn is synchronous and may run several times: it should do
   * nothing but use tx. Reads of the store inside fn count as reads of the transaction but do not
   * see its writes; writes of the store inside fn are refused.
   * @returns What fn returns. What it throws is thrown again, and nothing has happened.
   * @throws TypeError for a transaction inside a transaction, or a wrong option.
   * @throws MillraceError TX_ASYNC, TX_CONFLICT, TXN_TOO_LARGE, FULL or CLOSED; IO_ERROR and BUSY
   *   as for put. Nothing has happened then, unless it was waiting for durability.
   */
  transaction<T>(fn: (tx: Transaction<K, V>) => T, options?: TransactionOptions): T {
    return transaction(this.#session, fn, options);
  }

  /**
   * Resolves when everything that this thread has written or seen by now is durable; at once for a
   * store in memory. Waiting for it keeps the process alive.
   * @throws TypeError (rejected) for a wrong option. MillraceError (rejected) IO_ERROR when a file
   *   has failed, BUSY when nobody has lived for ten seconds who could write the files, CLOSED.
   */
  flushed(options?: FlushOptions): Promise<void> {
    try {
      this.#session.beginRead();
      const given = checkNames(options, ['durability', 'signal'], 'flushed');
      const { durability = 'flushed', signal } = given;
      checkDurability(durability, ['flushed', 'synced']);
      checkSignal(signal);
      return this.#session.flushing.flushed(durability, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Resolves when every record has been read from the files that the open has left there; at once
   * for a store in memory. Nobody has to wait for it: calls wait by themselves for what they need.
   * @throws MillraceError (rejected) CORRUPT or IO_ERROR, with file and offset, when a part could
   *   not be read: the first one that was found; CLOSED.
   */
  loaded(): Promise<void> {
    try {
      this.#session.beginRead();
      return this.#session.loading.wait();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * The last operation that was recorded under an identity, of this store's living and past
   * instances; undefined when nobody has had that name. O(identities).
   */
  lastOutcome(identity: string): Outcome | undefined {
    this.#session.beginRead();
    return lastOutcome(this.#session, identity);
  }

  /**
   * Inspects all of the region, which it waits for if it is still being loaded. It expects that
   * nobody writes meanwhile, and says so in its findings otherwise. O(region).
   * @param options `full`: also whether each record has the checksum that it got when it was
   *   written to a file. Default false.
   * @throws TypeError for wrong options; MillraceError CLOSED; BUSY when nothing has been loaded
   *   for ten seconds.
   */
  check(options?: { readonly full?: boolean }): CheckReport {
    const { full = false } = checkNames(options, ['full'], 'check');
    checkBoolean(full, 'full');
    this.#session.beginRead();
    this.#session.loading.block();
    return check(this.#session.core.memory.buffer, full);
  }

  /** Counters and sizes of a moment. O(slots + frames). */
  stats(): Stats {
    this.#session.beginRead();
    return stats(this.#session.core.memory.buffer);
  }

  /**
   * Copies the store to another directory while everybody goes on writing. The copy is a store: it
   * holds everything that this thread has written or seen before the call, of each thread the first
   * so many operations, and of each operation all or nothing. It is synced when the promise
   * resolves. No checkpoint is taken meanwhile, so the journal grows; one backup at a time, and one
   * that is asked for beside another waits. `onProgress` counts bytes. O(bytes of the files).
   * @param directory Empty, or not there. When the backup fails or is aborted nothing is left
   *   there that could be opened.
   * @throws TypeError (rejected) for wrong options. MillraceError (rejected) UNSUPPORTED for a
   *   store in memory and in a browser; IO_ERROR when files cannot be read or written, the
   *   directory is not empty, or the store's own files have failed; CLOSED when it is closed
   *   meanwhile. The signal's reason.
   */
  async backup(directory: string, options?: LongOptions): Promise<Backup> {
    return backup(this.#session, this.location, directory, options);
  }

  /**
   * Makes the store small: moves what lives in frames of which a quarter is dead, so that their
   * memory is free, and moves the pages in the file to its front, so that the rest can be cut off.
   * Others may write meanwhile. Segments of the journal go with the checkpoint. O(bytes).
   * @throws TypeError (rejected) for wrong options. MillraceError (rejected) IO_ERROR when a file
   *   has failed; BUSY when no checkpoint could be taken; CLOSED. The signal's reason.
   */
  async compact(options?: LongOptions): Promise<Compacted> {
    return compact(this.#session, options);
  }

  /**
   * Makes a stream, or finds it if it exists with the same options.
   * @throws TypeError for wrong options. MillraceError STREAM_MISMATCH when it exists with others,
   *   TXN_TOO_LARGE for too many partitions, FULL or CLOSED.
   */
  createStream(name: string, options?: StreamOptions): Stream<K, V> {
    return this.#streams.create(name, options);
  }

  /** A stream that exists. @throws MillraceError STREAM_NOT_FOUND or CLOSED. */
  stream(name: string): Stream<K, V> {
    return this.#streams.find(name);
  }

  /** The names of all streams, in the order of their bytes. O(streams * log n). */
  streams(): string[] {
    return this.#streams.names();
  }

  /**
   * Detaches this thread. Its consumers and writers end; what writers have staged is published
   * before. In the thread that opened the store everything is synced then; the store's own threads
   * end, and others can open its directory, once nobody is attached. Calling it again gives the
   * same promise.
   * @throws TypeError (rejected) inside a transaction, a function given to read, or a codec.
   * @throws MillraceError (rejected) IO_ERROR or BUSY when not all that was written is durable;
   *   STREAM_FULL or FULL when what a writer had staged found no room. The store is closed all
   *   the same.
   */
  close(): Promise<void> {
    if (this.#session.isInUse) {
      return Promise.reject(new TypeError('A store must not be closed by a function that uses it'));
    }
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** As close; what settles later is not waited for. */
  [Symbol.dispose](): void {
    void this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #close(): Promise<void> {
    const streams = this.#streams.close();
    this.#session.state |= CLOSED;
    return streams === undefined ? this.#leave() : streams.finally(() => this.#leave());
  }

  #write<T>(options: WriteOptions | undefined, operation: () => T): T {
    const given = checkNames(options, WRITE_OPTIONS, 'a write');
    this.#session.beginWrite();
    return durably(this.#session, given, () => numbered(this.#session, given, operation));
  }

  #iterate<T>(range: Range<K> | undefined, decode: Decode<T>): IterableIterator<T> {
    this.#session.beginRead();
    const { keys, scratch } = this.#session;
    return new RangeIterator(this.#session, boundsOf(range, keys, scratch), decode);
  }
}
