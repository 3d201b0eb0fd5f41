// Joining a group. The first one makes it: an entry of the catalog, a member list, and a cell for
// each partition, in one mini-transaction that also chains the cells to their partitions.

import {
  CATALOG_ID, CATALOG_NODES, CATALOG_PARTITIONS, GROUP_MEMBERS, catalogBytes, catalogWord,
  setCatalogWord, writeGroupKey, writeStreamKey,
} from "../layout/catalog";
import {
  CELL_ID, CELL_MEMBERS, CELL_NEXT, CELL_OFFSET, CELL_PARTITION,
} from "../layout/cell";
import { INS, SMO } from "../layout/lock-word";
import { MEMBERS_ID } from "../layout/members";
import {
  FLAG_DESTROYED, PARTITION_CELLS, PARTITION_FIRST, PARTITION_ID, PARTITION_TAIL,
} from "../layout/partition";
import { recordBytes } from "../layout/record";
import { ALLOCATOR_LOCK, superblock } from "../layout/superblock";
import { highOf, lowOf, pair } from "../layout/tables";
import { hasRoomForLock, lock } from "../mtx/locks";
import { nodeOf, setShadowWord } from "../mtx/shadow";
import { readWord, writeWord } from "../mtx/words";
import { context } from "../sync/instance";
import { keyArea, outputArea } from "../tree/areas";
import {
  CONFLICT, STALE, finishBatch, prepareBatch, reserveBatch, stageEntry,
} from "../tree/batch";
import { DESTROYED } from "../tree/carry";
import { DONE, NEEDS_MORE } from "../tree/place";
import { AGAIN, OK } from "../tree/put";
import { SPARE_NODES } from "./create";
import { enterGroup } from "./members";
import { belongsTo, newId, takeStreamNode } from "./nodes";
import { FULL, NO } from "./results";
import { captureCatalog, enterSystem, leaveSystem, readCatalog, readValue } from "./system";

/**
 * Enters me in the group of key area 1 of the stream of key area 0, and makes the group if there is
 * none: it then begins at the oldest message, or behind the newest. OK, NO (there is no such
 * stream), FULL, DESTROYED. Output: id of the group, partitions, member node, 0, cells (u32 each).
 */
export function groupJoin(nameBytes: u32, groupBytes: u32, fromEnd: bool): i32 {
  const key = keyArea(0);
  const stream = keyArea(2);
  const bytes = readValue(writeStreamKey(key, key, nameBytes), stream, superblock().keyBytes);
  if (bytes == 0) return NO;
  const id = catalogWord(stream, CATALOG_ID);
  const keyBytes = writeGroupKey(key, id, keyArea(1), groupBytes);
  let result = AGAIN;
  while (result == AGAIN || result == STALE || result == CONFLICT) {
    result = tryMake(stream, keyBytes, fromEnd);
  }
  if (result != OK) return result;
  const group = readCatalog(keyBytes);
  if (group == 0) return DESTROYED;
  return enterGroup(<usize>catalogWord(outputArea(), GROUP_MEMBERS), group);
}

/** `stream`: a copy of the stream's catalog value. OK: there is such a group now. */
function tryMake(stream: usize, keyBytes: u32, fromEnd: bool): i32 {
  if (captureCatalog(keyBytes) != 0) return OK;
  const partitions = catalogWord(stream, CATALOG_PARTITIONS);
  const valueBytes = catalogBytes(partitions);
  context().nodesWanted = max<u32>(context().nodesWanted, partitions + SPARE_NODES);
  if (!reserveBatch(recordBytes(keyBytes, valueBytes), false)) return FULL;
  enterSystem();
  const value = stageEntry(false, keyBytes, valueBytes);
  setCatalogWord(value, CATALOG_PARTITIONS, partitions);
  setCatalogWord(value, GROUP_MEMBERS + 1, 0);
  let result = prepareBatch(true);
  if (result == DONE) result = makeCells(stream, value, fromEnd);
  result = finishBatch(result, true);
  leaveSystem();
  return result;
}
/** Locks allocator and partitions, and chains a cell to each partition. */
function makeCells(stream: usize, value: usize, fromEnd: bool): i32 {
  if (!hasRoomForLock()) return NEEDS_MORE;
  lock(ALLOCATOR_LOCK, SMO);
  const id = catalogWord(stream, CATALOG_ID);
  const partitions = catalogWord(stream, CATALOG_PARTITIONS);
  for (let i: u32 = 0; i < partitions; i++) {
    if (!hasRoomForLock()) return NEEDS_MORE;
    const node = <usize>catalogWord(stream, CATALOG_NODES + i);
    lock(node, INS);
    const flags = highOf(readWord(node + PARTITION_CELLS));
    if (!belongsTo(node, id) || flags & FLAG_DESTROYED) return DESTROYED;
  }
  const group = newId();
  const members = takeStreamNode();
  if (!members) return NEEDS_MORE;
  setShadowWord(members, MEMBERS_ID, group);
  setCatalogWord(value, CATALOG_ID, group);
  setCatalogWord(value, GROUP_MEMBERS, <u32>nodeOf(members));
  for (let i: u32 = 0; i < partitions; i++) {
    const node = <usize>catalogWord(stream, CATALOG_NODES + i);
    const cell = takeStreamNode();
    if (!cell) return NEEDS_MORE;
    const start = readWord(node + (fromEnd ? PARTITION_TAIL : PARTITION_FIRST));
    fillCell(cell, node, pair(group, i), start, nodeOf(members));
    setCatalogWord(value, CATALOG_NODES + i, <u32>nodeOf(cell));
  }
  return DONE;
}
/** A fresh cell becomes the first one of its partition. */
function fillCell(cell: usize, partition: usize, id: u64, start: u64, members: usize): void {
  const cells = readWord(partition + PARTITION_CELLS);
  const stream = lowOf(readWord(partition + PARTITION_ID));
  setShadowWord(cell, CELL_ID, id);
  setShadowWord(cell, CELL_NEXT, lowOf(cells));
  setShadowWord(cell, CELL_OFFSET, start);
  setShadowWord(cell, CELL_PARTITION, pair(<u32>partition, stream));
  setShadowWord(cell, CELL_MEMBERS, members);
  writeWord(partition + PARTITION_CELLS, pair(<u32>nodeOf(cell), highOf(cells)));
}
