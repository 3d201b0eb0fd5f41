// Appending: messages that lie in a private chunk become part of a partition. One mini-transaction
// under the partition's lock, however many messages; their bytes are not touched.

import {
  EXTENTS, EXTENT_BASE, EXTENT_SIZE, FLAG_DESTROYED, FLAG_STARVED, PARTITION_CELLS,
  PARTITION_EXTENTS, PARTITION_RETAINED, PARTITION_TAIL, PARTITION_USED, extentAt,
} from "../layout/partition";
import { INS } from "../layout/lock-word";
import { WANTED } from "../layout/slot";
import { highOf, lowOf, pair } from "../layout/tables";
import { countBytes } from "../log/dead";
import { frameStart } from "../log/frames";
import { publishChunk } from "../log/stream-frames";
import { abandon, begin, commitWords } from "../mtx/commit";
import { lock } from "../mtx/locks";
import { stageBytes } from "../mtx/staged";
import { readWord, writeWord } from "../mtx/words";
import { self } from "../sync/instance";
import { publish32 } from "../sync/shared";
import { DESTROYED } from "../tree/carry";
import { DONE } from "../tree/place";
import { OK } from "../tree/put";
import { makeChunk } from "../tree/room";
import { belongsTo } from "./nodes";
import { CREDIT, FULL } from "./results";
import { spill } from "./spill";
import { ringReaders } from "./wake";

/** Internal: the node's extents are all in use; the partition has too many bytes in flight. */
@inline const CROWDED: i32 = -10;
@inline const STARVED: i32 = -11;

/** Share of the capacity that one extent may take, as a shift: credit comes back by extents. */
@inline const EXTENT_SHARE: u32 = 2;

/** A private chunk of `bytes` bytes, rounded up to 8; 0: the store is full. */
export function streamReserve(bytes: u32): usize {
  return makeChunk(bytes);
}
/**
 * Publishes `count` messages of `bytes` bytes in all at `address`, in a chunk of mine in `frame`.
 * OK, CREDIT (and whoever trims will ring my bell), DESTROYED or FULL. O(1), plus the groups of the
 * stream whose readers are woken.
 */
export function streamAppend(
  node: usize, id: u32, frame: u32, address: usize, bytes: u32, count: u32,
): i32 {
  const place = pair(<u32>(address - frameStart(frame)), frame);
  while (true) {
    begin();
    lock(node, INS);
    const outcome = extend(node, id, place, bytes, count);
    if (outcome == DONE) {
      // Whole words: what stands around the messages is theirs already, or private.
      stageBytes(address & ~7, (address + bytes + 7) & ~7);
      if (!commitWords()) return FULL;
      ringReaders(node);
      return OK;
    }
    if (outcome == STARVED) {
      waitForCredit(node);
      return CREDIT;
    }
    abandon();
    if (outcome == DESTROYED) return DESTROYED;
    const made = spill(node, id);
    if (made != OK) return made;
  }
}

function extend(node: usize, id: u32, place: u64, bytes: u32, count: u32): i32 {
  const cells = readWord(node + PARTITION_CELLS);
  if (!belongsTo(node, id) || highOf(cells) & FLAG_DESTROYED) return DESTROYED;
  const credit = readWord(node + PARTITION_RETAINED);
  const retained = lowOf(credit);
  const capacity = highOf(credit);
  if (retained != 0 && <u64>retained + bytes > capacity) return STARVED;
  const tail = readWord(node + PARTITION_TAIL);
  if (!addToLast(node, place, bytes, count, capacity >> EXTENT_SHARE)) {
    if (!addExtent(node, place, tail, bytes, count)) return CROWDED;
  }
  writeWord(node + PARTITION_TAIL, tail + count);
  writeWord(node + PARTITION_RETAINED, pair(retained + bytes, capacity));
  publishChunk(highOf(place), lowOf(place) + bytes);
  countBytes(highOf(place), 0 - bytes);
  return DONE;
}
/** Makes the newest extent longer, if the messages stand right behind it. */
function addToLast(node: usize, place: u64, bytes: u32, count: u32, most: u32): bool {
  const used = lowOf(readWord(node + PARTITION_USED));
  if (used == 0) return false;
  const last = extentAt(node + PARTITION_EXTENTS, used - 1);
  const size = readWord(last + EXTENT_SIZE);
  if (readWord(last) + lowOf(size) != place || lowOf(size) + bytes > most) return false;
  writeWord(last + EXTENT_SIZE, pair(lowOf(size) + bytes, highOf(size) + count));
  return true;
}
function addExtent(node: usize, place: u64, base: u64, bytes: u32, count: u32): bool {
  const use = readWord(node + PARTITION_USED);
  const used = lowOf(use);
  if (used == EXTENTS) return false;
  const extent = extentAt(node + PARTITION_EXTENTS, used);
  writeWord(extent, place);
  writeWord(extent + EXTENT_BASE, base);
  writeWord(extent + EXTENT_SIZE, pair(bytes, count));
  writeWord(node + PARTITION_USED, pair(used + 1, highOf(use)));
  return true;
}

/** Under the partition's lock: says that I wait, so that a later trim finds me. */
function waitForCredit(node: usize): void {
  publish32(self + WANTED, <u32>node);
  const cells = readWord(node + PARTITION_CELLS);
  if (highOf(cells) & FLAG_STARVED) {
    abandon();
    return;
  }
  writeWord(node + PARTITION_CELLS, pair(lowOf(cells), highOf(cells) | FLAG_STARVED));
  commitWords();
}
