// Making a stream: its catalog entry and its partitions in one mini-transaction.

import { ringBytesFor, wordCap } from "../layout/block";
import {
  CATALOG_ID, CATALOG_NODES, CATALOG_PARTITIONS, STREAM_CAPACITY, STREAM_ROW_BYTES, catalogBytes,
  setCatalogWord, writeStreamKey,
} from "../layout/catalog";
import { SMO } from "../layout/lock-word";
import { PARTITION_ID, PARTITION_RETAINED, PARTITION_USED } from "../layout/partition";
import { recordBytes } from "../layout/record";
import { ALLOCATOR_LOCK, superblock } from "../layout/superblock";
import { pair } from "../layout/tables";
import { hasRoomForLock, lock } from "../mtx/locks";
import { nodeOf, setShadowWord } from "../mtx/shadow";
import { context } from "../sync/instance";
import { keyArea } from "../tree/areas";
import {
  CONFLICT, STALE, finishBatch, prepareBatch, reserveBatch, stageEntry,
} from "../tree/batch";
import { DONE, NEEDS_MORE } from "../tree/place";
import { AGAIN, OK, TOO_LARGE } from "../tree/put";
import { sweepStreams } from "./destroy";
import { newId, takeStreamNode } from "./nodes";
import { FULL, NO } from "./results";
import { captureCatalog, enterSystem, leaveSystem } from "./system";

/** Nodes and locks beside those of the partitions: splits of the system map. */
@inline export const SPARE_NODES: u32 = 8;

/**
 * Makes a stream of the name in key area 0. OK, NO (there is one), FULL, or TOO_LARGE: the region's
 * sizes do not allow so many partitions. O(partitions).
 */
export function streamCreate(
  nameBytes: u32, partitions: u32, rowBytes: u32, capacity: u32,
): i32 {
  if (!fitsOneOperation(partitions)) return TOO_LARGE;
  const key = keyArea(0);
  const keyBytes = writeStreamKey(key, key, nameBytes);
  let result = AGAIN;
  while (result == AGAIN || result == STALE || result == CONFLICT) {
    result = tryCreate(keyBytes, partitions, rowBytes, capacity);
  }
  // What a consumer that died had kept of a destroyed stream is nobody's business but ours.
  if (result == OK) sweepStreams();
  return result;
}
/** Whether whatever has to change all partitions, and a cell for each, fits one operation. */
function fitsOneOperation(partitions: u32): bool {
  const sb = superblock();
  const nodes: u32 = 2 * partitions + SPARE_NODES;
  const words: u32 = 4 * partitions + 64;
  return nodes <= sb.locks && words <= wordCap() &&
    catalogBytes(partitions) <= min<u32>(sb.outputBytes, sb.keyBytes) &&
    ringBytesFor(partitions) <= sb.ringBytes;
}
function tryCreate(keyBytes: u32, partitions: u32, rowBytes: u32, capacity: u32): i32 {
  if (captureCatalog(keyBytes) != 0) return NO;
  const valueBytes = catalogBytes(partitions);
  context().nodesWanted = max<u32>(context().nodesWanted, partitions + SPARE_NODES);
  if (!reserveBatch(recordBytes(keyBytes, valueBytes), false)) return FULL;
  enterSystem();
  const value = stageEntry(false, keyBytes, valueBytes);
  setCatalogWord(value, CATALOG_PARTITIONS, partitions);
  setCatalogWord(value, STREAM_ROW_BYTES, rowBytes);
  setCatalogWord(value, STREAM_CAPACITY, capacity);
  let result = prepareBatch(true);
  if (result == DONE) result = makePartitions(value, partitions, rowBytes, capacity);
  result = finishBatch(result, true);
  leaveSystem();
  return result;
}
function makePartitions(value: usize, partitions: u32, rowBytes: u32, capacity: u32): i32 {
  if (!hasRoomForLock()) return NEEDS_MORE;
  lock(ALLOCATOR_LOCK, SMO);
  const id = newId();
  setCatalogWord(value, CATALOG_ID, id);
  for (let i: u32 = 0; i < partitions; i++) {
    const node = takeStreamNode();
    if (!node) return NEEDS_MORE;
    setShadowWord(node, PARTITION_ID, pair(id, i));
    setShadowWord(node, PARTITION_RETAINED, pair(0, capacity));
    setShadowWord(node, PARTITION_USED, pair(0, rowBytes));
    setCatalogWord(value, CATALOG_NODES + i, <u32>nodeOf(node));
  }
  return DONE;
}
