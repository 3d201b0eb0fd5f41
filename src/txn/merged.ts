/**
 * A range as a transaction sees it: the store's entries with its own writes on top. Writes that
 * are made during the iteration count from the next step on.
 */
import { copyPlain } from '../codec/bytes.js';
import { compareBytes } from '../map/compare.js';
import { Cursor } from '../map/cursor.js';
import { isBeforeEnd } from '../map/range.js';
import type { Bounds } from '../map/range.js';
import type { Session } from '../map/session.js';
import type { Write, WriteSet } from './write-set.js';

/** An entry in private bytes. */
export interface RawEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export class MergedCursor<K, V> {
  readonly #session: Session<K, V>;
  readonly #bounds: Bounds;
  readonly #writes: WriteSet;
  readonly #cursor: Cursor<K, V>;
  #batch: RawEntry[] = [];
  #next = 0;
  #left: number;

  /** The key where the walk stands: everything up to it was looked at. */
  #at: Uint8Array | undefined;

  constructor(session: Session<K, V>, bounds: Bounds, writes: WriteSet) {
    this.#session = session;
    this.#bounds = bounds;
    this.#writes = writes;
    this.#left = bounds.limit;
    // The limit counts what is left after the merge.
    this.#cursor = new Cursor(session, { ...bounds, limit: Infinity });
  }

  /** The next entry, or undefined at the end. */
  next(): RawEntry | undefined {
    while (this.#left > 0) {
      const stored = this.#stored();
      const own = this.#own();
      if (stored === undefined && own === undefined) return undefined;
      const order = this.#order(stored, own);
      if (order >= 0) this.#at = own?.key;
      else this.#at = stored?.key;
      if (order <= 0) this.#next++;
      const value = order < 0 ? stored?.value : own?.value;
      if (value === undefined || this.#at === undefined) continue;
      this.#left--;
      return { key: this.#at, value };
    }
    return undefined;
  }

  /** Negative: the stored entry comes first; zero: the own write replaces it; positive: own. */
  #order(stored: RawEntry | undefined, own: Write | undefined): number {
    if (stored === undefined) return 1;
    if (own === undefined) return -1;
    return compareBytes(stored.key, own.key) * (this.#bounds.isReverse ? -1 : 1);
  }

  /** The store's next entry; stays the next one until #next moves. */
  #stored(): RawEntry | undefined {
    while (this.#next === this.#batch.length && !this.#cursor.isDone) {
      const { core } = this.#session;
      const batch: RawEntry[] = [];
      this.#cursor.nextBatch((keyAt, keyBytes, valueAt, valueBytes) => {
        batch.push({
          key: copyPlain(core.view(keyAt, keyBytes)),
          value: copyPlain(core.view(valueAt, valueBytes)),
        });
      });
      this.#batch = batch;
      this.#next = 0;
    }
    return this.#batch[this.#next];
  }

  /** The next own write in the range. */
  #own(): Write | undefined {
    const { start, isReverse } = this.#bounds;
    const from = this.#at ?? start?.key;
    const isInclusive = this.#at === undefined && (start?.isInclusive ?? false);
    const write = isReverse
      ? this.#writes.below(from, isInclusive)
      : this.#writes.above(from, isInclusive);
    return write !== undefined && isBeforeEnd(write.key, this.#bounds) ? write : undefined;
  }
}
