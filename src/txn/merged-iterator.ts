/**
 * The iterators of a transaction: decoded entries of a merged range.
 */
import type { Session } from '../map/session.js';
import { Steps } from '../map/steps.js';
import type { MergedCursor, RawEntry } from './merged.js';

/** Yields what `decode` makes of each entry until the range or the transaction ends. */
export class MergedIterator<K, V, T> extends Steps<T> {
  readonly #cursor: MergedCursor<K, V>;
  readonly #decode: (entry: RawEntry) => T;
  readonly #begin: () => void;

  /** @param begin Throws when the transaction is over. */
  constructor(cursor: MergedCursor<K, V>, decode: (entry: RawEntry) => T, begin: () => void) {
    super();
    this.#cursor = cursor;
    this.#decode = decode;
    this.#begin = begin;
  }

  /** @throws MillraceError CLOSED after the transaction; ENCODING. */
  next(): IteratorResult<T, undefined> {
    this.#begin();
    const entry = this.isEnded ? undefined : this.#cursor.next();
    return entry === undefined ? this.return() : { value: this.#decode(entry), done: false };
  }
}

/** How each kind of iterator decodes an entry. */
export function rawDecoders<K, V>({ keys, values }: Session<K, V>): {
  entry: (raw: RawEntry) => [K, V]; key: (raw: RawEntry) => K; value: (raw: RawEntry) => V;
} {
  const key = (raw: RawEntry): K => keys.decode(raw.key, 0, raw.key.length);
  const value = (raw: RawEntry): V => values.decode(raw.value);
  return { entry: (raw) => [key(raw), value(raw)], key, value };
}
