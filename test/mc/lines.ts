// A pool of 64-byte line contents. Equal contents get the same small id, so that a snapshot of the
// region is a vector of ids, and comparing or hashing a line that did not change costs nothing.

import { grow, mixHigh, mixLow } from './arrays.js';

export const LINE_BYTES = 64;
const LINE_WORDS = LINE_BYTES / 4;

export class LinePool {
  /** Two independent 32-bit hashes of the content, by id. */
  hashLow = new Int32Array(1024);
  hashHigh = new Int32Array(1024);
  private words = new Int32Array(1024 * LINE_WORDS);
  /** Open addressing: id + 1, 0 is free. */
  private table = new Int32Array(4096);
  private count = 0;

  /** The id of the 16 words at `at` in `memory`. Amortised O(1). */
  intern(memory: Int32Array, at: number): number {
    let low = 0x811c9dc5 | 0;
    let high = 0x2545f491 | 0;
    for (let i = 0; i < LINE_WORDS; i++) {
      const word = memory[at + i];
      low = Math.imul(low ^ word, 0x01000193);
      low ^= low >>> 15;
      high = Math.imul(high + word, 0x85ebca6b);
      high ^= high >>> 13;
    }
    const mask = this.table.length - 1;
    for (let probe = mixLow(low ^ high) & mask; ; probe = (probe + 1) & mask) {
      const entry = this.table[probe];
      if (entry === 0) return this.insert(memory, at, low, high, probe);
      const id = entry - 1;
      if (this.hashLow[id] === low && this.hashHigh[id] === high && this.same(id, memory, at)) {
        return id;
      }
    }
  }

  /** Writes the content of line `id` back to memory. */
  copyTo(id: number, memory: Int32Array, at: number): void {
    const base = id * LINE_WORDS;
    for (let i = 0; i < LINE_WORDS; i++) memory[at + i] = this.words[base + i];
  }

  private same(id: number, memory: Int32Array, at: number): boolean {
    const base = id * LINE_WORDS;
    for (let i = 0; i < LINE_WORDS; i++) if (this.words[base + i] !== memory[at + i]) return false;
    return true;
  }

  private insert(
    memory: Int32Array, at: number, low: number, high: number, probe: number,
  ): number {
    const id = this.count++;
    if (id === this.hashLow.length) {
      this.hashLow = grow(this.hashLow);
      this.hashHigh = grow(this.hashHigh);
      this.words = grow(this.words);
    }
    this.hashLow[id] = low;
    this.hashHigh[id] = high;
    const base = id * LINE_WORDS;
    for (let i = 0; i < LINE_WORDS; i++) this.words[base + i] = memory[at + i];
    this.table[probe] = id + 1;
    if (this.count * 2 > this.table.length) this.rehash();
    return id;
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 2);
    const mask = table.length - 1;
    for (let id = 0; id < this.count; id++) {
      let probe = mixLow(this.hashLow[id] ^ this.hashHigh[id]) & mask;
      while (table[probe] !== 0) probe = (probe + 1) & mask;
      table[probe] = id + 1;
    }
    this.table = table;
  }
}

/** Contribution of line `index` with this content to the hash of the region, first half. */
export function lineLow(index: number, hash: number): number {
  return mixLow(hash ^ Math.imul(index + 1, 0x9e3779b1));
}

/** Contribution of line `index` with this content to the hash of the region, second half. */
export function lineHigh(index: number, hash: number): number {
  return mixHigh(hash ^ Math.imul(index + 1, 0x7feb352d));
}
