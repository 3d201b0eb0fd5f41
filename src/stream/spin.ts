/**
 * A short look around before a thread falls asleep. Waking a thread costs its waker as much as many
 * messages, so where messages come all the time it is better not to sleep; where they do not,
 * looking around only warms the room. So it is done as long as it pays.
 */

/** The longest look around, and the shortest one that is worth beginning, in milliseconds. */
const LONGEST_MS = 0.05;
const SHORTEST_MS = 0.002;

/** A sleep that was shorter than this was hardly worth its waking. */
const NAP_MS = 0.2;

/** Readings of the clock between two looks: each look takes a line of memory from its writer. */
const PAUSES = 8;

export class Spin {
  #budget = LONGEST_MS;

  /** Looks for a while, if that has paid lately, until there is something. */
  around(look: () => boolean): void {
    if (this.#budget < SHORTEST_MS) return;
    const until = performance.now() + this.#budget;
    while (!look() && performance.now() < until) {
      for (let i = 0; i < PAUSES; i++) performance.now();
    }
  }

  /** Whether the look around has paid. */
  hasPaid(isSo: boolean): void {
    this.#budget = isSo ? LONGEST_MS : this.#budget / 2;
  }

  /** Sleeps, and remembers whether it was just a nap. */
  asleep(sleep: () => void): void {
    const from = performance.now();
    sleep();
    if (performance.now() - from < NAP_MS) this.#budget = LONGEST_MS;
  }
}
