// The offset that a batch or a transaction carries: a consumer's map changes and the place up to
// which it has read are committed as one. The cell's lock comes after all nodes of the tree; under
// it the lease must still be the committer's own.

import { CELL_ID, CELL_LEASE, CELL_OFFSET } from "../layout/cell";
import { INS } from "../layout/lock-word";
import { lowOf } from "../layout/tables";
import { hasRoomForLock, lock } from "../mtx/locks";
import { readWord, writeWord } from "../mtx/words";
import { context } from "../sync/instance";
import { myName } from "../sync/lives";
import { DONE } from "./place";
import { TOO_LARGE } from "./put";

/** Results: the stream or group of a node is gone; somebody else has the lease. */
@inline export const DESTROYED: i32 = -8;
@inline export const LEASE_LOST: i32 = -9;

/** The next commitBatch or commitReads carries this offset, whatever it comes to. */
export function offsetStage(cell: usize, group: u32, low: u32, high: u32): void {
  const my = context();
  my.carriedCell = <u32>cell;
  my.carriedGroup = group;
  my.carriedOffset = (<u64>high << 32) | low;
}
@inline export function dropOffset(): void {
  context().carriedCell = 0;
}
/** Within an operation that holds its other locks: writes the staged offset, if there is one. */
export function carryOffset(): i32 {
  const my = context();
  const cell = <usize>my.carriedCell;
  if (cell == 0) return DONE;
  if (!hasRoomForLock()) return TOO_LARGE;
  lock(cell, INS);
  if (lowOf(readWord(cell + CELL_ID)) != my.carriedGroup) return DESTROYED;
  if (readWord(cell + CELL_LEASE) != myName()) return LEASE_LOST;
  const before = readWord(cell + CELL_OFFSET);
  writeWord(cell + CELL_OFFSET, max<u64>(before, my.carriedOffset));
  return DONE;
}
