// The visited states by 64-bit hash, with the transition that first reached each of them.
// Typed arrays only: five million states cost about 150 MB.

import { grow, mixLow } from './arrays.js';

export class Visited {
  /** Number of distinct states; ids are 0 .. size - 1 in order of discovery. */
  size = 0;
  private low = new Int32Array(1 << 14);
  private high = new Int32Array(1 << 14);
  private parent = new Int32Array(1 << 14);
  private action = new Int32Array(1 << 14);
  /** Open addressing: id + 1, 0 is free. */
  private table = new Int32Array(1 << 16);

  /** The id of the state with this hash, added when it is new (then the id is the old size). */
  add(low: number, high: number, parent: number, action: number): number {
    const mask = this.table.length - 1;
    for (let probe = mixLow(low) & mask; ; probe = (probe + 1) & mask) {
      const entry = this.table[probe];
      if (entry === 0) {
        this.table[probe] = this.size + 1;
        return this.insert(low, high, parent, action);
      }
      const id = entry - 1;
      if (this.low[id] === low && this.high[id] === high) return id;
    }
  }

  /** The transitions that lead from the initial state to state `id`. */
  pathTo(id: number): number[] {
    const path: number[] = [];
    for (let at = id; at > 0; at = this.parent[at]) path.push(this.action[at]);
    return path.reverse();
  }

  private insert(low: number, high: number, parent: number, action: number): number {
    const id = this.size++;
    if (id === this.low.length) {
      this.low = grow(this.low);
      this.high = grow(this.high);
      this.parent = grow(this.parent);
      this.action = grow(this.action);
    }
    this.low[id] = low;
    this.high[id] = high;
    this.parent[id] = parent;
    this.action[id] = action;
    if (this.size * 2 > this.table.length) this.rehash();
    return id;
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 2);
    const mask = table.length - 1;
    for (let id = 0; id < this.size; id++) {
      let probe = mixLow(this.low[id]) & mask;
      while (table[probe] !== 0) probe = (probe + 1) & mask;
      table[probe] = id + 1;
    }
    this.table = table;
  }
}
