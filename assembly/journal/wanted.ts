// What others want of the journal workers: that what is committed now be flushed or synced, or that
// the file of pages be made as small as it can be.

import {
  COMPACT_WANTED, EPOCH, FLUSHED, FLUSH_WANTED, SYNCED, SYNC_WANTED,
} from "../layout/superblock";
import { askForRound } from "../sync/rounds";
import { acquire64, add32, swapped64 } from "../sync/shared";
import { isPoisoned } from "./failure";

/**
 * Asks that everything that is committed now be flushed, or synced; the epoch to wait for. O(1).
 */
export function wantFlush(sync: bool): u64 {
  const epoch = acquire64(EPOCH);
  raise(sync ? SYNC_WANTED : FLUSH_WANTED, epoch);
  askForRound();
  return epoch;
}
function raise(word: usize, to: u64): void {
  while (true) {
    const now = acquire64(word);
    if (now >= to || swapped64(word, now, to)) return;
  }
}
/** 1: the epoch is flushed, or synced; 0: not yet; -1: it never will be. */
export function flushState(epoch: u64, sync: bool): i32 {
  const reached = sync ? acquire64(SYNCED) : acquire64(FLUSHED) >> 1;
  if (reached >= epoch) return 1;
  return isPoisoned() ? -1 : 0;
}
/**
 * Asks for a checkpoint that moves pages to the front of their file and cuts off the rest. When
 * COMPACT_DONE has reached the number, it has been tried.
 */
export function wantCompaction(): u32 {
  return add32(COMPACT_WANTED, 1) + 1;
}
