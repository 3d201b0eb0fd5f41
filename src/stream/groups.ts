/**
 * The groups of a stream, as a producer needs to know them: whose sleep to look for. The list is
 * remembered for a moment; a group that was made since then is rung by the core all the same.
 */
import type { GroupShape, StreamCore } from '../core-streams.js';
import type { Sight } from './sight.js';

/** How long the list is good for, in milliseconds. */
const FRESH_MS = 10;

export class Groups {
  readonly #core: StreamCore;
  readonly #sight: Sight;
  readonly #stream: number;
  #groups: readonly GroupShape[] = [];
  #listedAt = -Infinity;

  constructor(core: StreamCore, sight: Sight, stream: number) {
    this.#core = core;
    this.#sight = sight;
    this.#stream = stream;
  }

  /** Whether somebody who has a lease of the partition sleeps. O(groups). */
  hasSleeper(partition: number): boolean {
    const now = performance.now();
    if (now - this.#listedAt > FRESH_MS) {
      this.#groups = this.#core.groups(this.#stream).map(({ group }) => group);
      this.#listedAt = now;
    }
    return this.#groups.some(({ cells }) => {
      const holder = this.#sight.holder(cells[partition]);
      return holder !== undefined && this.#sight.sleeps(holder.slot);
    });
  }
}
