// A checkpoint: the dirty pages of the running region go to free slots of the file `pages`, then
// the root switches. [K1] to [K8] of docs/protocol.md. Everybody works on meanwhile: each word that
// changes after S is in a record with a tag of S or later, and the replay sets all of those, in
// order.
//
// What is free or zero is in no slot: memory that is taken later is set, or zeroed, by the record
// that takes it.

import { isZero } from "../layout/bytes";
import { NEW_IMAGE } from "../layout/file-name";
import {
  entryOf, pageBytes, pageCount, pageOf, pageStart, rootEntry, tablePageAddress, tablePageOf,
  tablePages,
} from "../layout/pages";
import {
  CHECKPOINTS, COMPACT_DONE, COMPACT_WANTED, FLUSHED, IMAGE_FLUSHED, IMAGE_OFFSET, IMAGE_SEGMENT,
  TABLE_FLUSHED, superblock,
} from "../layout/superblock";
import { sumOf } from "../layout/xxh64";
import { isFreeUnit } from "../alloc/buddy";
import { acquireFence } from "../sync/fence";
import { context } from "../sync/instance";
import { acquire32, acquire64, add32, publish32, publish64 } from "../sync/shared";
import { dataBytes, headerArea, lanes } from "./buffer";
import { placeOf } from "./chain";
import { isAnyLost } from "./cold";
import { awaitApplied } from "./cut";
import { isDirty } from "./dirty";
import { forgetCheckpointFailure } from "./failure";
import {
  closeFile, removeSegment, renameImage, setFileBytes, syncData, syncDirectory,
} from "./files";
import {
  createPages, drainPages, isVolatile, nextCopy, openPageSink, openPages, pourPage,
} from "./pages";
import { awaitDurable, breathe, endDoubtAtWork, isRoundLost } from "./pace";
import { fitsRegion, openRoot, readRoot, readTable, root, setEntry, writeRoot } from "./root";
import { countSlots, lastSlot } from "./slots";

/** What became of it: taken; not taken, and a later one may be; the store is to be poisoned. */
@inline export const TAKEN: i32 = 1;
@inline export const NOT_TAKEN: i32 = 0;
@inline export const FATAL: i32 = -1;

/** Data areas between two syncs, so that the last one is short. */
@inline const AREAS_PER_SYNC: u32 = 4;

/** Writes what has changed since the last checkpoint, and switches the root. */
export function takeCheckpoint(): i32 {
  context().checkpointing = 1;
  const wanted = acquire32(COMPACT_WANTED);
  const outcome = writeAndSwitch(wanted);
  context().checkpointing = 0;
  publish32(COMPACT_DONE, wanted);
  return outcome == NOT_TAKEN && isRoundLost() ? FATAL : outcome;
}
function writeAndSwitch(wanted: u32): i32 {
  if (!readyTable()) return NOT_TAKEN;
  // K1: S is the epoch behind the last one that was drained, and this is where its blocks end.
  startReplayAt();
  // K2: no announcement of before S is left since it was drained; what it committed is applied now.
  awaitApplied();
  if (!openPages(superblock().storeId, superblock().unitShift)) return NOT_TAKEN;
  // Pages of cold frames are not in memory to be moved, and nobody else touches them.
  const isCompact = wanted != acquire32(COMPACT_DONE) && !isAnyLost();
  const used = countSlots();
  const copied = copyPages(isCompact ? used : u32.MAX_VALUE);
  closeFile();
  // K5, K6: what the last copy may show is durable before the root is switched.
  if (!copied || !awaitDurable() || !writeRoot()) return NOT_TAKEN;
  if (!renameImage(NEW_IMAGE, 0)) return NOT_TAKEN;
  // Nobody could say any more which root holds, and whose slots may be written.
  if (!syncDirectory()) return FATAL;
  removeSegments(root().segment);
  adoptRoot();
  add32(CHECKPOINTS, 1);
  forgetCheckpointFailure();
  endDoubtAtWork();
  if (isCompact) cutPages();
  return TAKEN;
}
/** The first checkpoint, of a region that nobody else knows yet, and the files for it. */
export function writeFirstCheckpoint(): bool {
  startReplayAt();
  if (!createPages()) return false;
  countSlots();
  if (!copyPages(0) || !writeRoot()) return false;
  if (!renameImage(NEW_IMAGE, 0) || !syncDirectory()) return false;
  adoptRoot();
  return true;
}

/**
 * The table in memory is that of the root in the directory, or it is read anew: a predecessor may
 * have died in the middle of a checkpoint, or a call may have failed. From here on it is nobody's.
 */
function readyTable(): bool {
  if (!renewTable()) return false;
  publish64(TABLE_FLUSHED, 0);
  return true;
}
/** The first half of that, for who only reads by the table: with the lease of checkpoints. */
export function renewTable(): bool {
  if (acquire64(TABLE_FLUSHED) == acquire64(IMAGE_FLUSHED)) return true;
  // The name may be newer than what the directory keeps.
  if (!openRoot(headerArea()) || !syncDirectory()) return false;
  const isRead = readRoot() && fitsRegion(root());
  closeFile();
  if (!isRead || !openPages(superblock().storeId, superblock().unitShift)) return false;
  const isWhole = readTable();
  closeFile();
  if (!isWhole) return false;
  adoptRoot();
  return true;
}
/** [K8] Behind all blocks that are older than S: those of one report, epoch and place as one. */
function startReplayAt(): void {
  const header = root();
  let flushed: u64;
  do {
    flushed = acquire64(FLUSHED);
    const place = placeOf(flushed);
    header.segment = place.segment;
    header.offset = place.offset;
    header.previous = place.checksum;
    acquireFence();
  } while (acquire64(FLUSHED) != flushed);
  header.flushed = flushed >> 1;
}
/** [K7] The root in memory is the one in the directory, and so is the table. */
export function adoptRoot(): void {
  const header = root();
  publish32(IMAGE_SEGMENT, header.segment);
  publish32(IMAGE_OFFSET, header.offset);
  publish64(IMAGE_FLUSHED, header.flushed);
  publish64(TABLE_FLUSHED, header.flushed);
}
/** Removes what no open reads again, and what a crash had left of earlier removals. */
function removeSegments(end: u32): void {
  const first = acquire32(IMAGE_SEGMENT);
  for (let left = first; left > 1 && removeSegment(left - 1); ) left--;
  for (let old = first; old != 0 && old < end; old++) removeSegment(old);
}

/** [K3, K4] Copies dirty pages, those in slots from `most` on, and the table; then it syncs. */
function copyPages(most: u32): bool {
  openPageSink();
  let unsynced: u32 = 0;
  for (let page: u32 = 0, n = pageCount(); page < n; page++) {
    if (isVolatile(page)) continue;
    const slot = entryOf(page).slot;
    const isDue = slot >= most || isDirty(page);
    if (slot != 0 && isFree(page)) leaveOut(page);
    if (!isDue || isFree(page)) continue;
    if (!copyPage(page)) return false;
    unsynced += pageBytes();
    if (unsynced < AREAS_PER_SYNC * dataBytes()) continue;
    // Little by little, so that the last sync is short, and so that whoever waits for us goes on.
    unsynced = 0;
    if (!drainPages() || !syncData() || !breathe()) return false;
  }
  return copyTable(most) && drainPages() && syncData();
}
@inline function isFree(page: u32): bool {
  const heap = pageOf(superblock().heap);
  return page >= heap && isFreeUnit(page - heap);
}
function copyPage(page: u32): bool {
  const copy = nextCopy();
  memory.copy(copy, pageStart(page), pageBytes());
  if (isZero(copy, pageBytes())) {
    leaveOut(page);
    return true;
  }
  const sum = sumOf(lanes(), copy, pageBytes());
  const slot = pourPage();
  if (slot == 0) return false;
  setEntry(page, slot, sum);
  rootEntry(tablePageOf(page)).mark = 1;
  return true;
}
function leaveOut(page: u32): void {
  if (entryOf(page).slot == 0) return;
  setEntry(page, 0, 0);
  rootEntry(tablePageOf(page)).mark = 1;
}
/** The table pages that have changed, or are to move, go to new slots. */
function copyTable(most: u32): bool {
  for (let t: u32 = 0, n = tablePages(); t < n; t++) {
    const entry = rootEntry(t);
    if (entry.mark == 0 && entry.slot < most) continue;
    entry.mark = 0;
    const from = tablePageAddress(t);
    entry.slot = 0;
    entry.checksum = 0;
    if (isZero(from, pageBytes())) continue;
    memory.copy(nextCopy(), from, pageBytes());
    entry.checksum = sumOf(lanes(), from, pageBytes());
    entry.slot = pourPage();
    if (entry.slot == 0) return false;
  }
  return true;
}
/** After a compaction the file ends behind its last slot; a longer one does no harm. */
function cutPages(): void {
  if (!openPages(superblock().storeId, superblock().unitShift)) return;
  setFileBytes(<u64>(lastSlot() + 1) << superblock().unitShift);
  closeFile();
}
