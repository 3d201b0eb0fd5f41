// The block of a slot is allocated by whoever hands the slot out (the supervisor), before the
// first incarnation attaches, and stays with the slot.

import { BLOCK } from "../layout/slot";
import { SMO } from "../layout/lock-word";
import { ALLOCATOR_LOCK, superblock } from "../layout/superblock";
import { pair } from "../layout/tables";
import { abandon, begin, commitWords } from "../mtx/commit";
import { lock } from "../mtx/locks";
import { writeWord } from "../mtx/words";
import { blockOf, slotLines } from "../sync/instance";
import { allocateExtent, orderFor } from "./buddy";

/** Gives the slot its block if it has none. False: the region is full. */
export function ensureBlock(slot: u32): bool {
  if (blockOf(slot) != 0) return true;
  begin();
  lock(ALLOCATOR_LOCK, SMO);
  if (blockOf(slot) != 0) {
    abandon();
    return true;
  }
  const block = allocateExtent(orderFor(superblock().blockBytes));
  if (block == 0) {
    abandon();
    return false;
  }
  writeWord(slotLines(slot) + BLOCK, pair(<u32>block, 0));
  commitWords();
  return true;
}
