// Random numbers from a seed, the same on every machine: what a search draws can be drawn again.

/** mulberry32: 32 bits of state, good enough to choose schedules. */
export class Random {
  private state: number;

  /** The stream of run `run` of the search with this seed. */
  constructor(seed: number, run = 0) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(run + 1, 0x85ebca6b)) | 0;
    // Seeds that lie close together must not begin alike.
    for (let i = 0; i < 4; i++) this.next();
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** The same elements in a random order. */
  shuffled<T>(list: readonly T[]): T[] {
    const result = list.slice();
    for (let i = result.length - 1; i > 0; i--) {
      const other = this.below(i + 1);
      [result[i], result[other]] = [result[other], result[i]];
    }
    return result;
  }
}
