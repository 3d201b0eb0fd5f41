// The block of a slot is allocated by whoever hands the slot out (the supervisor), before the
// first incarnation attaches, and stays with the slot.

import { contextOffset, deadOffset, directoryOffset } from "../layout/block";
import { BLOCK } from "../layout/slot";
import { SMO } from "../layout/lock-word";
import { ALLOCATOR_LOCK, superblock } from "../layout/superblock";
import { pair } from "../layout/tables";
import { abandon, begin, commitWords } from "../mtx/commit";
import { lockWithin } from "../mtx/locks";
import { writeWord, zeroRange } from "../mtx/words";
import { blockOf, slotLines } from "../sync/instance";
import { allocateExtent, orderFor } from "./buddy";
import { leavesReserve } from "./reserve";

/** Sleeps until a supervisor gives up: it must get back to the messages that prove deaths. */
const PATIENCE: u32 = 4;

/** Gives the slot its block if it has none. False: there is no room, or the lock is not free. */
export function ensureBlock(slot: u32): bool {
  if (blockOf(slot) != 0) return true;
  begin();
  if (!lockWithin(ALLOCATOR_LOCK, SMO, PATIENCE)) return false;
  if (blockOf(slot) != 0) {
    abandon();
    return true;
  }
  const block = allocateExtent(orderFor(superblock().blockBytes));
  if (block == 0 || !leavesReserve()) {
    abandon();
    return false;
  }
  // The memory may have held records: notes must name no lock, counters of dead bytes be zero.
  zeroRange(block, <u32>directoryOffset());
  zeroRange(block + deadOffset(), <u32>(contextOffset() - deadOffset()));
  writeWord(slotLines(slot) + BLOCK, pair(<u32>block, 0));
  return commitWords();
}
