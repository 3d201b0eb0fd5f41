/**
 * What the function given to transaction works with: reads are remembered by the core, writes are
 * kept private until the commit.
 */
import { MillraceError } from '../errors.js';
import { boundsOf } from '../map/range.js';
import type { Range } from '../map/range.js';
import { get, has } from '../map/read.js';
import type { Session } from '../map/session.js';
import { addDelete, addPut } from './encode.js';
import { MergedCursor } from './merged.js';
import { MergedIterator, rawDecoders } from './merged-iterator.js';
import type { RawEntry } from './merged.js';
import type { Write, WriteSet } from './write-set.js';

/** The map inside a transaction. Reads see the transaction's own writes. */
export interface Transaction<K, V> {
  /** The value of a key, or undefined. */
  get(key: K): V | undefined;
  /** Whether the key is there. */
  has(key: K): boolean;
  /** The values of several keys, undefined where there is none. */
  getMany(keys: readonly K[]): (V | undefined)[];
  /** Sets a value at the commit. */
  put(key: K, value: V): void;
  /** Removes a key at the commit. Whether it was there. */
  del(key: K): boolean;
  /** Entries in key order; ranges as for the store. */
  entries(range?: Range<K>): IterableIterator<[K, V]>;
  keys(range?: Range<K>): IterableIterator<K>;
  values(range?: Range<K>): IterableIterator<V>;
}

export class MapTransaction<K, V> implements Transaction<K, V> {
  readonly #session: Session<K, V>;
  readonly #writes: WriteSet;
  readonly #decode: ReturnType<typeof rawDecoders<K, V>>;
  #isEnded = false;

  constructor(session: Session<K, V>, writes: WriteSet) {
    this.#session = session;
    this.#writes = writes;
    this.#decode = rawDecoders(session);
  }

  /** Called when the function has returned: from now on every call throws CLOSED. */
  end(): void {
    this.#isEnded = true;
  }

  get(key: K): V | undefined {
    const own = this.#own(key);
    if (own === undefined) return get(this.#session, key);
    return own.value && this.#session.values.decode(own.value);
  }

  has(key: K): boolean {
    const own = this.#own(key);
    return own === undefined ? has(this.#session, key) : own.value !== undefined;
  }

  getMany(keys: readonly K[]): (V | undefined)[] {
    return keys.map((key) => this.get(key));
  }

  put(key: K, value: V): void {
    this.#begin();
    addPut(this.#session, this.#writes, key, value);
  }

  del(key: K): boolean {
    const wasThere = this.has(key);
    addDelete(this.#session, this.#writes, key);
    return wasThere;
  }

  entries(range?: Range<K>): IterableIterator<[K, V]> {
    return this.#iterate(range, this.#decode.entry);
  }

  keys(range?: Range<K>): IterableIterator<K> {
    return this.#iterate(range, this.#decode.key);
  }

  values(range?: Range<K>): IterableIterator<V> {
    return this.#iterate(range, this.#decode.value);
  }

  #begin(): void {
    if (this.#isEnded) {
      throw new MillraceError('CLOSED', 'A transaction was used after its function.');
    }
    this.#session.beginRead();
  }

  #own(key: K): Write | undefined {
    this.#begin();
    if (this.#writes.size === 0) return undefined;
    const { scratch } = this.#session;
    return this.#writes.find(scratch.subarray(0, this.#session.encodeKey(key)));
  }

  #iterate<T>(range: Range<K> | undefined, decode: (raw: RawEntry) => T): IterableIterator<T> {
    this.#begin();
    const { keys, scratch } = this.#session;
    const cursor = new MergedCursor(
      this.#session, boundsOf(range, keys, scratch), this.#writes,
    );
    return new MergedIterator(cursor, decode, () => this.#begin());
  }
}
