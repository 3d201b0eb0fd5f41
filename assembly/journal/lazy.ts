// Opening lazily: what redo may write to is loaded, the rest of the frames stays in the files until
// it is wanted (cold.ts). While the journal is replayed the file of pages stays open beside it: a
// record that writes to a page of the heap loads that page first. No page is loaded twice, because
// the map of dirty pages says which ones a record has been applied to.

import { byteAt, wordAt } from "../layout/bytes";
import { FAILED_DAMAGED, FILE_PAGES } from "../layout/journal";
import { dirtyWord, entryOf, pageCount, pageOf } from "../layout/pages";
import {
  bytesOf, entriesOf, entryAddress, entryWords, nextEntry, stagedBytesOf, stagedOf,
} from "../layout/redo";
import { BLOCK } from "../layout/slot";
import { COLD_LEFT, COLD_WANTED, superblock } from "../layout/superblock";
import {
  COLD, DAMAGED, FRAME_LIMBO, FRAME_PLACE, FRAME_SEALED, FRAME_STREAM_SEALED, FRAME_USE, SOON,
  FRAME_DAMAGE, frameEntry, lowOf, placeBytes,
} from "../layout/tables";
import { UNIT_NODES } from "../layout/unit-kinds";
import { slotLines } from "../sync/instance";
import { acquire32, acquire64, publish32, publish64 } from "../sync/shared";
import { fileAtHand } from "./buffer";
import { fail } from "./failure";
import { closeFile, useFile } from "./files";
import { expectPages, loadPages } from "./pages";

/** With the file of pages at hand, and everything below the heap loaded: the rest is for later. */
export function beginLazily(): void {
  fileAtHand().pages = fileAtHand().descriptor;
}
@inline export function isLazy(): bool {
  return fileAtHand().pages != 0;
}

/** Loads the pages that a record is about to be applied to. False: see the failure. */
export function loadFor(record: usize): bool {
  const staged = stagedBytesOf(record);
  if (staged != 0 && !loadRange(stagedOf(record), staged)) return false;
  const end = record + bytesOf(record);
  for (let p = entriesOf(record); p < end; p = nextEntry(p)) {
    const bytes = <usize>entryWords(wordAt(p)) << 3;
    if (bytes != 0 && !loadRange(entryAddress(wordAt(p)), bytes)) return false;
  }
  return true;
}
/** Bytes below the heap are there. */
function loadRange(from: usize, bytes: usize): bool {
  const heap = <usize>superblock().heap;
  const end = from + bytes;
  return end <= heap || loadClean(pageOf(max<usize>(from, heap)), pageOf(end - 1) + 1);
}
/** Loads the pages that no record was applied to, with the file at hand as it was afterwards. */
function loadClean(from: u32, end: u32): bool {
  const at = fileAtHand();
  const file = at.file;
  const number = at.number;
  const descriptor = at.descriptor;
  useFile(FILE_PAGES, 0, at.pages);
  let loaded = true;
  for (let page = from; page < end && loaded; ) {
    const first = page;
    while (page < end && !isApplied(page)) page++;
    loaded = page == first || loadPages(first, page);
    if (page < end) page++;
  }
  if (loaded) useFile(file, number, descriptor);
  return loaded;
}
@inline function isApplied(page: u32): bool {
  return acquire32(dirtyWord(page)) != 0;
}

/**
 * After the replay: nodes, blocks and frames that somebody writes to are loaded, and so are frames
 * that the replay has written to. The other ones are marked as cold, if the files hold anything of
 * them. False: see the failure.
 */
export function settleFrames(): bool {
  publish32(COLD_WANTED, 0);
  publish32(COLD_LEFT, 0);
  if (isLazy() && !(loadNodes() && loadBlocks())) return false;
  for (let frame: u32 = 1, n = superblock().frames; frame <= n; frame++) {
    const at = frameEntry(frame) + FRAME_PLACE;
    // A checkpoint keeps the marks of its time.
    const place = acquire64(at) & ~(COLD | DAMAGED | SOON);
    publish64(at, place);
    if (isSealed(frame)) publish64(frameEntry(frame) + FRAME_DAMAGE, 0);
    if (isLazy() && place != 0 && !settleFrame(frame, place)) return false;
  }
  if (isLazy()) {
    useFile(FILE_PAGES, 0, fileAtHand().pages);
    closeFile();
    fileAtHand().pages = 0;
  }
  return true;
}
@inline function stateOf(frame: u32): u32 {
  return lowOf(acquire64(frameEntry(frame) + FRAME_USE));
}
/** The life of whoever holds such a frame is over. */
@inline function isSealed(frame: u32): bool {
  return stateOf(frame) == FRAME_SEALED || stateOf(frame) == FRAME_STREAM_SEALED;
}
function settleFrame(frame: u32, place: u64): bool {
  const start = <usize>lowOf(place);
  if (!isInHeap(start, placeBytes(place))) return misplaced(frameEntry(frame));
  const first = pageOf(start);
  const end = pageOf(start + placeBytes(place));
  if (stateOf(frame) == FRAME_LIMBO) return true;
  let isInFiles = false;
  let isWrittenTo = false;
  for (let page = first; page < end; page++) {
    if (entryOf(page).slot != 0) isInFiles = true;
    if (isApplied(page)) isWrittenTo = true;
  }
  if (!isInFiles) return true;
  if (!isSealed(frame) || isWrittenTo) return loadClean(first, end);
  publish64(frameEntry(frame) + FRAME_PLACE, place | COLD);
  return true;
}
function loadNodes(): bool {
  const kinds = <usize>superblock().unitKinds;
  const heap = pageOf(superblock().heap);
  const units = pageCount() - heap;
  for (let unit: u32 = 0; unit < units; ) {
    const first = unit;
    while (unit < units && byteAt(kinds + unit) == UNIT_NODES) unit++;
    if (unit == first) {
      unit++;
      continue;
    }
    expectPages(heap + first, heap + unit);
    if (!loadClean(heap + first, heap + unit)) return false;
  }
  return true;
}
function loadBlocks(): bool {
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    const block = <usize>lowOf(acquire64(slotLines(slot) + BLOCK));
    const bytes = superblock().blockBytes;
    if (isInHeap(block, bytes) && !loadRange(block, bytes)) return false;
  }
  return true;
}
function isInHeap(from: usize, bytes: u32): bool {
  return from >= <usize>superblock().heap && <u64>from + bytes <= <u64>superblock().kib << 10;
}
/** What the word at this address names is no extent. */
function misplaced(at: usize): bool {
  return fail(FAILED_DAMAGED, <u64>entryOf(pageOf(at)).slot << superblock().unitShift, 0);
}
