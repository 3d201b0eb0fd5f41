// Leases: who reads a partition for a group. A lease names an incarnation and the life of the store
// in which it was taken; it is void when that incarnation is dead or the store has been reopened.
// Taking, giving and committing an offset happen under the cell's lock. While a lease lives, no
// message from the group's offset on is freed.

import { CELL_LEASE, CELL_MEMBERS, CELL_PARTITION } from "../layout/cell";
import { INS } from "../layout/lock-word";
import { FLAG_DESTROYED, PARTITION_FLAGS } from "../layout/partition";
import { highOf, lowOf } from "../layout/tables";
import { abandon, begin, commitWords } from "../mtx/commit";
import { lock } from "../mtx/locks";
import { readWord, writeWord } from "../mtx/words";
import { isLive, myName } from "../sync/lives";
import { acquire32 } from "../sync/shared";
import { DESTROYED, carryOffset, dropOffset, offsetStage } from "../tree/carry";
import { DONE } from "../tree/place";
import { OK } from "../tree/put";
import { belongsTo } from "./nodes";
import { FULL, NO } from "./results";
import { partitionTrim } from "./trim";
import { ringMembers } from "./wake";

/** OK: the lease is mine. NO: somebody alive has it. DESTROYED, or FULL: stalled. */
export function leaseTake(cell: usize, group: u32): i32 {
  begin();
  lock(cell, INS);
  const partition = <usize>lowOf(readWord(cell + CELL_PARTITION));
  let result = OK;
  if (!belongsTo(cell, group)) result = DESTROYED;
  else if (acquire32(partition + PARTITION_FLAGS) & FLAG_DESTROYED) result = DESTROYED;
  else if (readWord(cell + CELL_LEASE) != myName()) {
    if (isLive(readWord(cell + CELL_LEASE))) result = NO;
    else {
      writeWord(cell + CELL_LEASE, myName());
      return commitWords() ? OK : FULL;
    }
  }
  abandon();
  return result;
}
/** Gives a lease back, if it is mine, and rings the members of the group. */
export function leaseGive(cell: usize, group: u32): void {
  begin();
  lock(cell, INS);
  if (!belongsTo(cell, group) || readWord(cell + CELL_LEASE) != myName()) {
    abandon();
    return;
  }
  const members = <usize>lowOf(readWord(cell + CELL_MEMBERS));
  writeWord(cell + CELL_LEASE, 0);
  if (commitWords()) ringMembers(members, group);
}

/**
 * Commits an offset, which only grows, and drops what every group has read. OK, LEASE_LOST,
 * DESTROYED, or FULL: stalled.
 */
export function offsetCommit(cell: usize, group: u32, low: u32, high: u32): i32 {
  offsetStage(cell, group, low, high);
  begin();
  const result = carryOffset();
  dropOffset();
  if (result != DONE) {
    abandon();
    return result;
  }
  const partition = readWord(cell + CELL_PARTITION);
  if (!commitWords()) return FULL;
  partitionTrim(<usize>lowOf(partition), highOf(partition));
  return OK;
}
