// Destroying a stream. One mini-transaction takes its name away and marks its partitions: from then
// on readers and writers are told. What it still holds is freed step by step (sweepStreams), by
// anyone and again after a death: a catalog entry remembers the stream until nothing is left. The
// messages of a partition stay until no living instance has a lease on it.

import {
  CATALOG_NODES, CATALOG_PARTITIONS, GROUP_MEMBERS, KEY_DESTROYED, KEY_GROUP,
  NUMBERED_KEY_BYTES, catalogBytes, catalogWord, idInKey, writeLetter, writeNumberedKey,
  writeStreamKey,
} from "../layout/catalog";
import { INS, SMO } from "../layout/lock-word";
import { MEMBERS_NEXT } from "../layout/members";
import { FLAG_DESTROYED, PARTITION_CELLS } from "../layout/partition";
import { recordBytes } from "../layout/record";
import { ALLOCATOR_LOCK } from "../layout/superblock";
import { highOf, lowOf, pair } from "../layout/tables";
import { abandon, begin } from "../mtx/commit";
import { hasRoomForLock, lock } from "../mtx/locks";
import { edit } from "../mtx/shadow";
import { readWord, writeWord } from "../mtx/words";
import { ringAll } from "../sync/bells";
import { context } from "../sync/instance";
import { keyArea, outputArea } from "../tree/areas";
import {
  CONFLICT, STALE, finishBatch, prepareBatch, reserveBatch, stageEntry,
} from "../tree/batch";
import { sliceAt } from "../tree/key";
import { locate, lockLeaf } from "../tree/locate";
import { DONE, MISSING, NEEDS_MORE, NOT_LOADED, awaitLacking, take } from "../tree/place";
import { AGAIN, OK } from "../tree/put";
import { HAS_END, HAS_START } from "../tree/scan";
import { freeStreamNode } from "./nodes";
import { FULL, NO } from "./results";
import {
  captureCatalog, enterSystem, firstEntry, leaveSystem, readCatalog, scratch, settle,
} from "./system";
import { sweepPartition } from "./trim";

/**
 * Destroys the stream of the name in key area 0. OK, NO (there is none) or FULL. What nobody reads
 * is freed at once. O(partitions + groups * partitions + old extents).
 */
export function streamDestroy(nameBytes: u32): i32 {
  const name = keyArea(1);
  memory.copy(name, keyArea(0), nameBytes);
  let result = AGAIN;
  while (result == AGAIN || result == STALE || result == CONFLICT) {
    result = tryDestroy(name, nameBytes);
  }
  if (result == OK) {
    ringAll();
    sweepStreams();
  }
  return result;
}
function tryDestroy(name: usize, nameBytes: u32): i32 {
  const key = keyArea(0);
  const keyBytes = writeStreamKey(key, name, nameBytes);
  const id = captureCatalog(keyBytes);
  if (id == 0) return NO;
  const bytes = catalogBytes(catalogWord(outputArea(), CATALOG_PARTITIONS));
  const grave = recordBytes(NUMBERED_KEY_BYTES, bytes);
  // It gives space back, so it may use the reserve.
  if (!reserveBatch(grave + recordBytes(keyBytes, 0), true)) return FULL;
  enterSystem();
  writeNumberedKey(key, KEY_DESTROYED, id);
  memory.copy(stageEntry(false, NUMBERED_KEY_BYTES, bytes), outputArea(), bytes);
  writeStreamKey(key, name, nameBytes);
  stageEntry(true, keyBytes, 0);
  let result = prepareBatch(true);
  if (result == DONE) result = markPartitions();
  result = finishBatch(result, true);
  leaveSystem();
  return result;
}
/** The validated read of the catalog says that the nodes are the stream's. */
function markPartitions(): i32 {
  for (let i: u32 = 0, n = catalogWord(outputArea(), CATALOG_PARTITIONS); i < n; i++) {
    if (!hasRoomForLock()) return NEEDS_MORE;
    const node = nodeAt(i);
    lock(node, INS);
    const cells = readWord(node + PARTITION_CELLS);
    writeWord(node + PARTITION_CELLS, pair(lowOf(cells), highOf(cells) | FLAG_DESTROYED));
  }
  return DONE;
}
/** Node i of the catalog value in the output area. */
@inline function nodeAt(i: u32): usize {
  return <usize>catalogWord(outputArea(), CATALOG_NODES + i);
}

/** Frees what destroyed streams still hold; how many have to wait for a living reader. */
export function sweepStreams(): u32 {
  let waiting: u32 = 0;
  let id: u32 = 0;
  while (true) {
    const bytes = writeNumberedKey(keyArea(0), KEY_DESTROYED, id);
    const end = writeLetter(keyArea(1), KEY_DESTROYED + 1);
    if (firstEntry(HAS_START | HAS_END, bytes, end, scratch(0), 0) == 0) return waiting;
    id = idInKey(keyArea(0));
    if (!sweep(id)) waiting++;
  }
}
function sweep(id: u32): bool {
  for (let i: u32 = 0; readGrave(id) > i; i++) {
    if (!sweepPartition(nodeAt(i), id)) return false;
  }
  for (let keyBytes = firstGroup(id); keyBytes != 0; keyBytes = firstGroup(id)) {
    if (readCatalog(keyBytes) == 0) continue;
    if (!freeNodes(keyBytes, <usize>catalogWord(outputArea(), GROUP_MEMBERS))) return false;
  }
  return readGrave(id) == 0 || freeNodes(NUMBERED_KEY_BYTES, 0);
}
/** Number of partitions of a destroyed stream, 0 when nothing is left of it. */
function readGrave(id: u32): u32 {
  const found = readCatalog(writeNumberedKey(keyArea(0), KEY_DESTROYED, id));
  return found ? catalogWord(outputArea(), CATALOG_PARTITIONS) : 0;
}
/** Leaves the key of a group of the stream in key area 0; its bytes, 0 if there is none. */
function firstGroup(id: u32): u32 {
  const bytes = writeNumberedKey(keyArea(0), KEY_GROUP, id);
  const end = writeNumberedKey(keyArea(1), KEY_GROUP, id + 1);
  return firstEntry(HAS_START | HAS_END, bytes, end, scratch(0), 0);
}
/**
 * Drops the catalog entry of the key in key area 0 and frees its nodes, which stand in the output
 * area, and a chain of members. False: the instance is stalled.
 */
function freeNodes(keyBytes: u32, members: usize): bool {
  enterSystem();
  let result = AGAIN;
  while (result == AGAIN) result = tryFree(keyBytes, members);
  leaveSystem();
  return result == OK;
}
function tryFree(keyBytes: u32, members: usize): i32 {
  const key = keyArea(0);
  begin();
  const found = locate(key, keyBytes);
  const leaf = lockLeaf(found, sliceAt(key, keyBytes, context().depth));
  const taken = take(edit(leaf), key, keyBytes);
  if (taken != DONE) {
    abandon();
    if (taken <= NOT_LOADED) return awaitLacking(taken) ? AGAIN : FULL;
    // Somebody else has done it; or a layer was made just now, and the key is in there.
    return taken == MISSING ? OK : AGAIN;
  }
  lock(ALLOCATOR_LOCK, SMO);
  for (let i: u32 = 0, n = catalogWord(outputArea(), CATALOG_PARTITIONS); i < n; i++) {
    lock(nodeAt(i), SMO);
    freeStreamNode(nodeAt(i));
  }
  let node = members;
  while (node != 0) {
    lock(node, SMO);
    const next = <usize>lowOf(readWord(node + MEMBERS_NEXT));
    freeStreamNode(node);
    node = next;
  }
  return settle();
}
