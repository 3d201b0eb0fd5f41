// Dead bytes: how much of each frame no link names any more. Every slot counts for itself, in words
// of its own, as part of the record that removes the link: an overwrite costs no atomic and a
// death loses no count. Counters only grow; a frame remembers the sum that it started from.

import { deadOffset } from "../layout/block";
import { frameOf } from "../layout/log-address";
import { logRecord } from "../layout/record";
import { superblock } from "../layout/superblock";
import { FRAME_DEAD_BASE, frameEntry, highOf, lowOf, pair } from "../layout/tables";
import { hasRoomForWord, readWord, writeWord } from "../mtx/words";
import { blockOf, myBlock } from "../sync/instance";
import { acquire32 } from "../sync/shared";
import { isLost, resolve } from "./resolve";

/** Two frames share a word: even numbers stand in its upper half. */
@inline function counter(block: usize, frame: u32): usize {
  return block + deadOffset() + (<usize>(frame - 1) << 2);
}
/**
 * Within an operation that unlinks the record at `address`: counts it. A batch that touches more
 * frames than an operation has words leaves some uncounted, and so does whoever unlinks a record
 * that is lost; the counters are the cleaner's hints. False: its frame has to be loaded first.
 */
export function countDead(address: u64): bool {
  const mine = counter(myBlock, frameOf(address));
  if (!hasRoomForWord(mine & ~7)) return true;
  const record = resolve(address);
  if (record == 0) return isLost(address);
  countBytes(frameOf(address), logRecord(record).bytes);
  return true;
}
/**
 * Within an operation: adds to my counter of the frame, modulo 2^32. A stream frame counts what is
 * alive instead, as bytes below its base, and exactly: appending subtracts, trimming adds.
 */
export function countBytes(frame: u32, bytes: u32): void {
  const mine = counter(myBlock, frame);
  const word = readWord(mine & ~7);
  const low = lowOf(word);
  const high = highOf(word);
  writeWord(mine & ~7, mine & 4 ? pair(low, high + bytes) : pair(low + bytes, high));
}
/** Sum over all slots, modulo 2^32. */
export function deadTotal(frame: u32): u32 {
  let sum: u32 = 0;
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    const block = blockOf(slot);
    if (block != 0) sum += acquire32(counter(block, frame));
  }
  return sum;
}
/** Dead bytes of the frame since it was opened. */
export function deadIn(frame: u32): u32 {
  return deadTotal(frame) - lowOf(readWord(frameEntry(frame) + FRAME_DEAD_BASE));
}
