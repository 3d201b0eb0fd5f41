// Spilling: when the eight extents of a partition are in use they become one record of the system
// map, under the number of their first message. The leaf of that record is locked first, then the
// partition: a reader that finds the partition without the extents finds the record.

import { EXTENTS_KEY_BYTES, writeExtentsKey } from "../layout/catalog";
import { INS } from "../layout/lock-word";
import {
  EXTENTS, EXTENTS_BYTES, EXTENT_BASE, FLAG_DESTROYED, PARTITION_CELLS, PARTITION_EXTENTS,
  PARTITION_ID, PARTITION_USED, extentBase,
} from "../layout/partition";
import { recordBytes } from "../layout/record";
import { highOf, lowOf, pair } from "../layout/tables";
import { hasRoomForLock, lock } from "../mtx/locks";
import { readWord, writeWord } from "../mtx/words";
import { keyArea } from "../tree/areas";
import { STALE, finishBatch, prepareBatch, reserveBatch, stageEntry } from "../tree/batch";
import { DESTROYED } from "../tree/carry";
import { DONE, NEEDS_MORE } from "../tree/place";
import { AGAIN, OK } from "../tree/put";
import { copyPartition } from "./copy";
import { belongsTo } from "./nodes";
import { FULL } from "./results";
import { enterSystem, leaveSystem, scratch } from "./system";

/** Internal: all extents are in use. */
@inline const CROWDED: i32 = -10;

/** Makes room in the partition. OK (also if somebody else has), DESTROYED, FULL or TOO_LARGE. */
export function spill(node: usize, id: u32): i32 {
  enterSystem();
  let result = AGAIN;
  while (result == AGAIN || result == STALE) result = trySpill(node, id);
  leaveSystem();
  return result;
}
function trySpill(node: usize, id: u32): i32 {
  const view = scratch(0);
  copyPartition(view, node);
  const state = stateOf(view, id);
  if (state != CROWDED) return state;
  const base = extentBase(view + PARTITION_EXTENTS);
  const number = highOf(readWord(view + PARTITION_ID));
  if (!reserveBatch(recordBytes(EXTENTS_KEY_BYTES, EXTENTS_BYTES), false)) return FULL;
  writeExtentsKey(keyArea(0), id, number, base);
  const value = stageEntry(false, EXTENTS_KEY_BYTES, EXTENTS_BYTES);
  let result = prepareBatch(false);
  if (result == DONE) result = takeExtents(node, id, base, value);
  return finishBatch(result, false);
}
/** Under the leaf's lock: the extents go from the partition to the record, as they are now. */
function takeExtents(node: usize, id: u32, base: u64, value: usize): i32 {
  if (!hasRoomForLock()) return NEEDS_MORE;
  lock(node, INS);
  const isSame = stateOf(node, id) == CROWDED &&
    readWord(node + PARTITION_EXTENTS + EXTENT_BASE) == base;
  if (!isSame) return STALE;
  memory.copy(value, node + PARTITION_EXTENTS, EXTENTS_BYTES);
  writeWord(node + PARTITION_USED, pair(0, highOf(readWord(node + PARTITION_USED))));
  return DONE;
}
/** CROWDED: there is something to spill. OK: there is room. */
function stateOf(node: usize, id: u32): i32 {
  if (!belongsTo(node, id) || highOf(readWord(node + PARTITION_CELLS)) & FLAG_DESTROYED) {
    return DESTROYED;
  }
  return lowOf(readWord(node + PARTITION_USED)) < EXTENTS ? OK : CROWDED;
}
