// Trimming: extents that every group of the stream has read are dropped, their bytes become dead
// and their credit comes back. Frames in which nothing is alive any more are freed on the way.

import { EXTENTS_KEY_BYTES, writeExtentsKey } from "../layout/catalog";
import { CELL_LEASE, CELL_OFFSET } from "../layout/cell";
import { INS } from "../layout/lock-word";
import {
  EXTENTS, EXTENTS_BYTES, EXTENT_BYTES, FLAG_DESTROYED, FLAG_STARVED, FLAG_SWEPT, PARTITION_CELLS,
  PARTITION_EXTENTS, PARTITION_FIRST, PARTITION_FLAGS, PARTITION_ID, PARTITION_RETAINED,
  PARTITION_TAIL, PARTITION_USED, extentAt, extentBase, extentBytes, extentEnd, extentFrame,
} from "../layout/partition";
import { STREAM_NODE_NEXT } from "../layout/stream-node";
import { highOf, lowOf, pair } from "../layout/tables";
import { countBytes } from "../log/dead";
import { retireIdle } from "../log/stream-frames";
import { abandon, begin, commitWords } from "../mtx/commit";
import { lock } from "../mtx/locks";
import { edit } from "../mtx/shadow";
import { readWord, writeWord } from "../mtx/words";
import { context } from "../sync/instance";
import { isLive } from "../sync/lives";
import { acquire32, acquire64 } from "../sync/shared";
import { keyArea } from "../tree/areas";
import { sliceAt } from "../tree/key";
import { locate, lockLeaf } from "../tree/locate";
import { DONE, NOT_LOADED, awaitLacking, take } from "../tree/place";
import { OK } from "../tree/put";
import { belongsTo } from "./nodes";
import { FULL } from "./results";
import { enterSystem, leaveSystem, readValue, scratch, settle } from "./system";
import { ringStarved } from "./wake";

/** Drops what every group has read, and rings producers that wait for credit. O(dropped). */
export function partitionTrim(node: usize, id: u32): void {
  while (trimStep(node, id, false)) {}
}
/**
 * Drops all that a partition of a destroyed stream has, and its cells. False: somebody alive may
 * still look at its messages.
 */
export function sweepPartition(node: usize, id: u32): bool {
  while (trimStep(node, id, true)) {}
  const isSwept = (acquire32(node + PARTITION_FLAGS) & FLAG_SWEPT) != 0;
  return isSwept || acquire32(node + PARTITION_ID) != id;
}

/**
 * Under the partition's lock: messages below this number may go; 0 if none may. Offsets only grow,
 * so one that is read without its cell's lock is at most too low. A lease that is taken after the
 * stream was destroyed finds nothing to read, so one that is missed here does no harm.
 */
function limitOf(node: usize, id: u32, isSweep: bool): u64 {
  const cells = readWord(node + PARTITION_CELLS);
  const isDestroyed = (highOf(cells) & FLAG_DESTROYED) != 0;
  if (!belongsTo(node, id) || isDestroyed != isSweep || highOf(cells) & FLAG_SWEPT) return 0;
  let cell = <usize>lowOf(cells);
  // Without groups nobody has read anything, and nobody reads what was destroyed.
  let lowest: u64 = cell == 0 && !isSweep ? 0 : u64.MAX_VALUE;
  while (cell != 0) {
    if (!isSweep) lowest = min<u64>(lowest, acquire64(cell + CELL_OFFSET));
    else if (isLive(acquire64(cell + CELL_LEASE))) return 0;
    cell = <usize>acquire32(cell + STREAM_NODE_NEXT);
  }
  return lowest;
}

/** Drops what may go among the newest extents, or one record of old ones. False: no more to do. */
function trimStep(node: usize, id: u32, isSweep: bool): bool {
  begin();
  lock(node, INS);
  const limit = limitOf(node, id, isSweep);
  const first = readWord(node + PARTITION_FIRST);
  const use = readWord(node + PARTITION_USED);
  const tail = readWord(node + PARTITION_TAIL);
  const extents = node + PARTITION_EXTENTS;
  if (limit > first && first < (lowOf(use) != 0 ? extentBase(extents) : tail)) {
    abandon();
    return trimOld(node, id, isSweep, first);
  }
  let gone: u32 = 0;
  while (gone < lowOf(use) && extentEnd(extentAt(extents, gone)) <= limit) gone++;
  if (gone == 0 && !(isSweep && limit != 0)) {
    abandon();
    return false;
  }
  const list = scratch(1);
  memory.copy(list, extents, EXTENTS_BYTES);
  const isStarved = drop(node, list, gone, gone ? extentEnd(extentAt(list, gone - 1)) : first);
  for (let at = <usize>gone * EXTENT_BYTES; at < <usize>lowOf(use) * EXTENT_BYTES; at += 8) {
    writeWord(extents + at - <usize>gone * EXTENT_BYTES, readWord(extents + at));
  }
  writeWord(node + PARTITION_USED, pair(lowOf(use) - gone, highOf(use)));
  if (isSweep) writeWord(node + PARTITION_CELLS, pair(0, FLAG_DESTROYED | FLAG_SWEPT));
  if (commitWords()) afterwards(node, list, gone, isStarved);
  return false;
}

/** Drops the record of eight old extents that begins with message `first`, if all of it may go. */
function trimOld(node: usize, id: u32, isSweep: bool, first: u64): bool {
  const list = scratch(1);
  writeExtentsKey(keyArea(0), id, acquire32(node + PARTITION_ID + 4), first);
  if (readValue(EXTENTS_KEY_BYTES, list, EXTENTS_BYTES) == 0) {
    // Not there: somebody else has dropped it; look at the partition again.
    return context().unread == 0 || leave();
  }
  enterSystem();
  const goesOn = dropOld(node, id, isSweep, first, list);
  leaveSystem();
  return goesOn;
}
function dropOld(node: usize, id: u32, isSweep: bool, first: u64, list: usize): bool {
  const end = extentEnd(extentAt(list, EXTENTS - 1));
  const key = keyArea(0);
  begin();
  const found = locate(key, EXTENTS_KEY_BYTES);
  const leaf = lockLeaf(found, sliceAt(key, EXTENTS_KEY_BYTES, context().depth));
  const taken = take(edit(leaf), key, EXTENTS_KEY_BYTES);
  if (taken != DONE) {
    abandon();
    return taken > NOT_LOADED || awaitLacking(taken) || leave();
  }
  lock(node, INS);
  const limit = limitOf(node, id, isSweep);
  if (limit < end || readWord(node + PARTITION_FIRST) != first) {
    abandon();
    return limit >= end;
  }
  const isStarved = drop(node, list, EXTENTS, end);
  const outcome = settle();
  if (outcome == OK) afterwards(node, list, EXTENTS, isStarved);
  return outcome != FULL;
}

/** The record of old extents cannot be had: what it holds is kept. */
function leave(): bool {
  context().unread = 0;
  return false;
}
/** The first `gone` extents of the list are dropped. Whether a producer waits for their credit. */
function drop(node: usize, list: usize, gone: u32, first: u64): bool {
  let bytes: u32 = 0;
  for (let i: u32 = 0; i < gone; i++) {
    const extent = extentAt(list, i);
    countBytes(extentFrame(extent), extentBytes(extent));
    bytes += extentBytes(extent);
  }
  const credit = readWord(node + PARTITION_RETAINED);
  const cells = readWord(node + PARTITION_CELLS);
  writeWord(node + PARTITION_RETAINED, pair(lowOf(credit) - bytes, highOf(credit)));
  writeWord(node + PARTITION_FIRST, first);
  writeWord(node + PARTITION_CELLS, pair(lowOf(cells), highOf(cells) & ~FLAG_STARVED));
  return (highOf(cells) & FLAG_STARVED) != 0;
}
/** After the commit: frames may have become empty, producers may go on. */
function afterwards(node: usize, list: usize, gone: u32, isStarved: bool): void {
  if (isStarved) ringStarved(node);
  for (let i: u32 = 0; i < gone; i++) retireIdle(extentFrame(extentAt(list, i)));
}
