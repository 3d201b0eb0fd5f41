/**
 * Where a walk over a range stands. It fetches batches; between two batches nothing is held, the
 * walk goes on behind the last key. So iterators that nobody finishes cost nothing.
 */
import { SCAN } from '../core.js';
import { throwIfUnread } from '../journal/unread.js';
import type { Bounds } from './range.js';
import type { Session } from './session.js';

const FIRST_BATCH = 16;
const BATCH_MAX = 128;

/**
 * What to do with one entry: addresses and lengths of key and value in the region. False ends the
 * walk. Called under a pin.
 */
export type Visit = (
  keyAt: number, keyBytes: number, valueAt: number, valueBytes: number,
) => boolean | void;

export class Cursor<K, V> {
  readonly #session: Session<K, V>;
  readonly #bounds: Bounds;
  #batch = FIRST_BATCH;
  #left: number;
  #isDone = false;

  /** The last key that was visited; grows when it must. */
  #last: Uint8Array = new Uint8Array(64);
  #lastBytes = -1;

  constructor(session: Session<K, V>, bounds: Bounds) {
    this.#session = session;
    this.#bounds = bounds;
    this.#left = bounds.limit;
    // Who says how many wants them all.
    if (bounds.limit < Infinity) this.#batch = Math.min(bounds.limit, BATCH_MAX);
  }

  /** Whether every entry was visited. */
  get isDone(): boolean {
    return this.#isDone || this.#left === 0;
  }

  /** Visits the next entries of the range, if there are any. O(entries + log n). */
  nextBatch(visit: Visit): void {
    if (this.isDone) return;
    const { core } = this.#session;
    const wanted = Math.min(this.#batch, core.maxScanEntries, this.#left);
    this.#batch = Math.min(2 * this.#batch, BATCH_MAX);
    this.#session.pin();
    try {
      const found = this.#scan(wanted);
      // The entries are copied: visit may scan, too, and the area is the same.
      const at = core.outputAt(0);
      const entries = core.words.slice(at, at + 4 * found);
      this.#remember(entries, found);
      this.#left -= found;
      if (found < wanted) {
        // What could not be read is told when everything before it was visited.
        if (found === 0) throwIfUnread(core);
        this.#isDone = core.takeUnread() === undefined;
      }
      for (let i = 0; i < entries.length; i += 4) {
        const goOn = visit(entries[i], entries[i + 1], entries[i + 2], entries[i + 3]);
        if (goOn === false) {
          this.#isDone = true;
          return;
        }
      }
    } finally {
      this.#session.unpin();
    }
  }

  #scan(wanted: number): number {
    const { core } = this.#session;
    const { start, end, isReverse } = this.#bounds;
    let flags = isReverse ? SCAN.REVERSE : 0;
    let startBytes = 0;
    if (this.#lastBytes >= 0) {
      flags |= SCAN.HAS_START;
      startBytes = this.#lastBytes;
      core.keyArea.set(this.#last.subarray(0, startBytes));
    } else if (start !== undefined) {
      flags |= SCAN.HAS_START | (start.isInclusive ? SCAN.WITH_START : 0);
      startBytes = start.key.length;
      core.keyArea.set(start.key);
    }
    if (end !== undefined) {
      flags |= SCAN.HAS_END | (end.isInclusive ? SCAN.WITH_END : 0);
      core.endArea.set(end.key);
    }
    return core.scan(flags, startBytes, end?.key.length ?? 0, wanted);
  }

  /** Keeps the key of the batch's last entry: the next batch starts behind it. */
  #remember(entries: Uint32Array, found: number): void {
    if (found === 0) return;
    const length = entries[4 * found - 3];
    if (length > this.#last.length) this.#last = new Uint8Array(2 * length);
    this.#last.set(this.#session.core.view(entries[4 * found - 4], length));
    this.#lastBytes = length;
  }
}
