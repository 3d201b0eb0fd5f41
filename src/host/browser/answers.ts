/**
 * Where threads expect answers in a browser: in the page behind the region, which nothing else
 * uses, because shared memory does not pass through channels.
 */
import { MillraceError } from '../../errors.js';
import type { AnswerPlace } from '../../supervisor/answer.js';

const PAGE_BYTES = 64 * 1024;
const CELLS: number = PAGE_BYTES / Int32Array.BYTES_PER_ELEMENT;
const FREE = 0;

/** Index of the first cell. */
const startOf = ({ buffer }: WebAssembly.Memory): number =>
  (buffer.byteLength - PAGE_BYTES) / Int32Array.BYTES_PER_ELEMENT;

/**
 * Takes a cell for one answer. A thread that is terminated before it frees its cell keeps it.
 *
 * @throws MillraceError BUSY when every cell is taken
 */
export function makeAnswerPlace(region: WebAssembly.Memory): AnswerPlace {
  const words = new Int32Array(region.buffer);
  const start = startOf(region);
  const [random, first] = crypto.getRandomValues(new Uint32Array(2));
  // Each use of a cell has another ticket, so that a late answer to the last one finds nothing.
  const ticket = ~(random >>> 1);
  for (let i = 0; i < CELLS; i++) {
    const at = start + ((first + i) % CELLS);
    if (Atomics.compareExchange(words, at, FREE, ticket) === FREE) return { at, ticket };
  }
  throw new MillraceError('BUSY', 'Too many threads ask to attach at once.');
}

/** Gives the cell back; an answer that is still to come goes nowhere. */
export function freeAnswerPlace({ at }: AnswerPlace, region: WebAssembly.Memory): void {
  Atomics.store(new Int32Array(region.buffer), at, FREE);
}
