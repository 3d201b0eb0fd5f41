// Opening the files: root, table and pages are read to where they were, and the journal replayed
// from the place that the root names. Nothing is believed before its checksum was seen, and nothing
// is written.

import { FAILED_DAMAGED, FILE_PAGES, ImageHeader } from "../layout/journal";
import {
  PAGE_ENTRY_SHIFT, PageEntry, pageBytes, pageCount, pageOf, tablePagesFor, volatileEnd,
} from "../layout/pages";
import {
  MAGIC, PAGES_AHEAD, PAGES_LOADED, SUPERBLOCK_BYTES, Superblock, superblock,
} from "../layout/superblock";
import { publish32 } from "../sync/shared";
import { dataArea, fileAtHand, headerArea } from "./buffer";
import { nextChain, publishFlushed } from "./chain";
import { adoptRoot } from "./checkpoint";
import { fail, forgetFailure } from "./failure";
import { closeFile, useFile } from "./files";
import { beginLazily, settleFrames } from "./lazy";
import { beginLife } from "./life";
import { expectPages, loadPage, loadPages, openPages } from "./pages";
import { replay } from "./replay";
import { fitsRegion, openRoot, readFirstEntry, readRoot, readTable, root } from "./root";

@inline const GUARD: usize = 65536;
/** Pages that fit the first buffer several times, and that hold entries. */
@inline const SHIFT_MIN: u32 = 8;
@inline const SHIFT_MAX: u32 = 13;

/**
 * Into zeroed memory of the region's size. False: see the failure. O(pages + journal). `lazily`:
 * sealed frames stay in the files (lazy.ts).
 */
export function loadJournal(lazily: bool): bool {
  if (!loadSuperblock() || !openRoot(headerArea()) || !readRoot()) return false;
  if (!fitsRegion(root())) return fail(FAILED_DAMAGED, 24, 0);
  closeFile();
  const sb = superblock();
  if (!openPages(sb.storeId, sb.unitShift) || !readTable()) return false;
  // The first page brings the counters of its time along.
  if (!loadPages(0, 1)) return false;
  publish32(PAGES_LOADED, 0);
  publish32(PAGES_AHEAD, 0);
  const end = lazily ? pageOf(sb.heap) : pageCount();
  expectPages(1, end);
  if (!loadPages(1, end)) return false;
  if (lazily) beginLazily();
  else closeFile();
  const header = root();
  const place = nextChain();
  place.segment = header.segment;
  place.offset = header.offset;
  place.checksum = header.previous;
  // All blocks up to there are in the pages: a header that tells of one of them tells of no loss.
  place.block = header.flushed;
  publishFlushed(header.flushed);
  adoptRoot();
  if (!replay() || !settleFrames()) return false;
  beginLife();
  return true;
}

/**
 * The superblock, by the first entry of the root and the first table page. Before it is there the
 * page behind the region serves as buffer, and the size of a page is taken from the root.
 */
function loadSuperblock(): bool {
  const sb = superblock();
  sb.journalBuffer = <u32>(((<usize>memory.size()) << 16) - GUARD);
  sb.journalBufferBytes = <u32>GUARD;
  if (!openRoot(headerArea())) return false;
  const header = changetype<ImageHeader>(headerArea());
  const kib = header.kib;
  const storeId = header.storeId;
  sb.unitShift = header.pageShift;
  const isSane = sb.unitShift >= SHIFT_MIN && sb.unitShift <= SHIFT_MAX;
  const fits = (<u64>kib << 10) + GUARD <= (<u64>memory.size() << 16);
  if (!isSane || !fits) return fail(FAILED_DAMAGED, 24, 0);
  if (!readFirstEntry(dataArea())) return false;
  closeFile();
  const tablePage = changetype<PageEntry>(dataArea());
  if (!openPages(storeId, sb.unitShift)) return false;
  if (!loadPage(dataArea(), tablePage.slot, tablePage.checksum)) return false;
  const copy = dataArea() + pageBytes();
  for (let done: u32 = 0; done < <u32>SUPERBLOCK_BYTES; done += pageBytes()) {
    const page = pageOf(done);
    const entry = changetype<PageEntry>(dataArea() + (<usize>page << PAGE_ENTRY_SHIFT));
    // Small pages of it may be all zero, and the first one never is.
    if (entry.slot == 0) memory.fill(copy + done, 0, pageBytes());
    else if (!loadPage(copy + done, entry.slot, entry.checksum)) return false;
  }
  const found = changetype<Superblock>(copy);
  const belongs = found.storeId == storeId && found.kib == kib && found.unitShift == sb.unitShift;
  if (!belongs || !isSaneSuperblock(found)) return fail(FAILED_DAMAGED, pageBytes(), 0);
  const descriptor = fileAtHand().descriptor;
  memory.copy(0, copy, SUPERBLOCK_BYTES);
  forgetFailure();
  // The superblock says where the buffer is from now on.
  useFile(FILE_PAGES, 0, descriptor);
  closeFile();
  return volatileEnd() <= superblock().heap || fail(FAILED_DAMAGED, 0, 0);
}
/** What this file relies on in a superblock; the host checks the rest of it. */
function isSaneSuperblock(sb: Superblock): bool {
  const region = <u64>sb.kib << 10;
  if (sb.magic != MAGIC || sb.heap > region) return false;
  const table = <u64>tablePagesFor(sb.kib, sb.unitShift) << sb.unitShift;
  const end = <u64>sb.journalBuffer + 2 * <u64>sb.journalBufferBytes + table;
  return end <= sb.heap && <u64>sb.slotTable + (<u64>sb.slots << 8) <= sb.journalBuffer;
}
