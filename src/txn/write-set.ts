/**
 * Operations that are to happen together: encoded, private, one per key, in key order. A sorted
 * array, because commit needs the order anyway and a merge needs to find its place by key.
 */
import { LAYOUT } from '../layout.js';
import { compareBytes } from '../map/compare.js';

/** One operation on a key: its new value in bytes, or undefined for a deletion. */
export interface Write {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

const padded = (bytes: number): number => (bytes + 7) & ~7;

const recordBytes = ({ key, value }: Write): number =>
  LAYOUT.record.RECORD_HEADER + padded(key.length) + padded(value?.length ?? 0);

export class WriteSet {
  readonly #writes: Write[] = [];
  #recordBytes = 0;
  #puts = 0;

  get size(): number {
    return this.#writes.length;
  }

  /** Bytes of log that the records of all operations take. */
  get recordBytes(): number {
    return this.#recordBytes;
  }

  get deletesOnly(): boolean {
    return this.#puts === 0;
  }

  /** Adds an operation; it takes the place of an earlier one on the same key. O(operations). */
  set(write: Write): void {
    const at = this.#lowerBound(write.key);
    const old = this.#writes[at];
    const isSame = old !== undefined && compareBytes(old.key, write.key) === 0;
    if (isSame) this.#count(old, -1);
    this.#writes.splice(at, isSame ? 1 : 0, write);
    this.#count(write, 1);
  }

  /** The operation on a key. O(log operations). */
  find(key: Uint8Array): Write | undefined {
    const write = this.#writes[this.#lowerBound(key)];
    return write !== undefined && compareBytes(write.key, key) === 0 ? write : undefined;
  }

  /** The first operation above the key, or from it on. O(log operations). */
  above(key: Uint8Array | undefined, isInclusive: boolean): Write | undefined {
    if (key === undefined) return this.#writes[0];
    const at = this.#lowerBound(key);
    const write = this.#writes[at];
    const skips = !isInclusive && write !== undefined && compareBytes(write.key, key) === 0;
    return skips ? this.#writes[at + 1] : write;
  }

  /** The last operation below the key, or up to it. O(log operations). */
  below(key: Uint8Array | undefined, isInclusive: boolean): Write | undefined {
    if (key === undefined) return this.#writes.at(-1);
    const at = this.#lowerBound(key);
    const write = this.#writes[at];
    const takes = isInclusive && write !== undefined && compareBytes(write.key, key) === 0;
    return takes ? write : this.#writes[at - 1];
  }

  [Symbol.iterator](): IterableIterator<Write> {
    return this.#writes[Symbol.iterator]();
  }

  #count(write: Write, sign: 1 | -1): void {
    this.#recordBytes += sign * recordBytes(write);
    if (write.value !== undefined) this.#puts += sign;
  }

  /** Index of the first operation that is not below the key; at the end for ascending keys. */
  #lowerBound(key: Uint8Array): number {
    const writes = this.#writes;
    let low = 0;
    let high = writes.length;
    if (high > 0 && compareBytes(writes[high - 1].key, key) < 0) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareBytes(writes[middle].key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
