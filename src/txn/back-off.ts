/**
 * Pauses between the attempts of a transaction: longer after each conflict, and different for
 * each worker, so that the same two do not meet again and again.
 */

const FIRST_MS = 0.02;

let cell: Int32Array | undefined;

/** Sleeps a random time, after the first conflicts microseconds, later up to longestMs. */
export function backOff(conflicts: number, longestMs: number): void {
  const ms = Math.random() * Math.min(longestMs, FIRST_MS * 2 ** conflicts);
  try {
    cell ??= new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(cell, 0, 0, ms);
  } catch {
    // A thread that must not sleep tries again at once; the serial lock ends the race.
  }
}
