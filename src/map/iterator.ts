/**
 * Iterators over a range of the store: entries are decoded in batches, while they are pinned.
 */
import { Cursor } from './cursor.js';
import type { Visit } from './cursor.js';
import type { Bounds } from './range.js';
import type { Session } from './session.js';
import { Steps } from './steps.js';

/** Turns one entry of the region into what the iterator yields. */
export type Decode<T> = (
  keyAt: number, keyBytes: number, valueAt: number, valueBytes: number,
) => T;

/** Yields decoded entries, fetched in growing batches. */
export class RangeIterator<K, V, T> extends Steps<T> {
  readonly #session: Session<K, V>;
  readonly #cursor: Cursor<K, V>;
  readonly #visit: Visit;
  #batch: T[] = [];
  #next = 0;

  constructor(session: Session<K, V>, bounds: Bounds, decode: Decode<T>) {
    super();
    this.#session = session;
    this.#cursor = new Cursor(session, bounds);
    this.#visit = (keyAt, keyBytes, valueAt, valueBytes) => {
      this.#batch.push(decode(keyAt, keyBytes, valueAt, valueBytes));
    };
  }

  /** @throws MillraceError CLOSED; ENCODING when an entry cannot be decoded. */
  next(): IteratorResult<T, undefined> {
    this.#session.beginRead();
    if (this.#next === this.#batch.length) this.#fetch();
    if (this.isEnded || this.#next === this.#batch.length) return this.return();
    return { value: this.#batch[this.#next++], done: false };
  }

  #fetch(): void {
    this.#batch = [];
    this.#next = 0;
    if (this.isEnded) return;
    try {
      this.#cursor.nextBatch(this.#visit);
    } catch (error) {
      this.return();
      throw error;
    }
  }
}

/** How each kind of iterator decodes an entry. */
export function decoders<K, V>(session: Session<K, V>): {
  entry: Decode<[K, V]>; key: Decode<K>; value: Decode<V>;
} {
  const { core, keys, values } = session;
  const key: Decode<K> = (at, bytes) => keys.decode(core.bytes, at, at + bytes);
  const value: Decode<V> = (_, __, at, bytes) => values.decode(core.view(at, bytes));
  const entry: Decode<[K, V]> = (keyAt, keyBytes, valueAt, valueBytes) => [
    keys.decode(core.bytes, keyAt, keyAt + keyBytes),
    values.decode(core.view(valueAt, valueBytes)),
  ];
  return { entry, key, value };
}
