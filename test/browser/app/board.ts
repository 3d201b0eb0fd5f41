/**
 * What the page and its lanes share beside the store: whether to stop, and how far each lane came.
 */
export type Board = Int32Array;

/** Lanes overwrite so many keys of their own, over and over. */
export const KEYS_OF_A_LANE = 1000;

const STOP = 0;

/** A board for so many lanes, which count from 1. */
export function makeBoard(lanes: number): Board {
  return new Int32Array(new SharedArrayBuffer((lanes + 1) * Int32Array.BYTES_PER_ELEMENT));
}

export const shallStop = (board: Board): boolean => Atomics.load(board, STOP) !== 0;

export function stop(board: Board): void {
  Atomics.store(board, STOP, 1);
}

/** How many transactions of this lane have returned. */
export const doneBy = (board: Board, lane: number): number => Atomics.load(board, lane);

export function isDone(board: Board, lane: number): void {
  Atomics.add(board, lane, 1);
}
