// The file `pages`: making it, reading pages into the region, and writing them to free slots. Pages
// that lie next to each other, in the region and in the file, are moved by one call.

import {
  FAILED_DAMAGED, FAILED_VERSION, FILE_PAGES, HEADER_CHECKED, JOURNAL_HEADER,
} from "../layout/journal";
import {
  PAGES_MAGIC, PagesHeader, entryOf, pageBytes, pageOf, pageStart, volatileEnd,
} from "../layout/pages";
import { FORMAT_VERSION, PAGES_AHEAD, PAGES_LOADED, superblock } from "../layout/superblock";
import { sumOf } from "../layout/xxh64";
import { add32 } from "../sync/shared";
import { dataArea, dataBytes, fileAtHand, headerArea, lanes } from "./buffer";
import { fail } from "./failure";
import { openFile, readAt, readWhole, syncFileAndName, writeAt } from "./files";
import { takeSlotBehind } from "./slots";

@inline function header(): PagesHeader {
  return changetype<PagesHeader>(headerArea());
}
/** Makes the file of a new store, and takes it at hand. */
export function createPages(): bool {
  if (!openFile(FILE_PAGES, 0, true)) return false;
  const made = header();
  made.magic = PAGES_MAGIC;
  made.formatVersion = FORMAT_VERSION;
  made.fingerprint = superblock().fingerprint;
  made.storeId = superblock().storeId;
  made.pageShift = superblock().unitShift;
  made.reserved = 0;
  made.reserved2 = made.reserved3 = made.reserved4 = 0;
  made.checksum = sumOf(lanes(), headerArea(), HEADER_CHECKED);
  return writeAt(headerArea(), <u32>JOURNAL_HEADER, 0) && syncFileAndName();
}
/** Takes the file at hand, if it is the one of the store with this id and pages of this size. */
export function openPages(storeId: u64, pageShift: u32): bool {
  if (!openFile(FILE_PAGES, 0, false)) return false;
  const read = readAt(headerArea(), <u32>JOURNAL_HEADER, 0);
  if (read < 0) return false;
  const found = header();
  if (read < <i32>JOURNAL_HEADER || found.magic != PAGES_MAGIC) return fail(FAILED_DAMAGED, 0, 0);
  if (found.formatVersion != FORMAT_VERSION) return fail(FAILED_VERSION, 8, 0);
  const isOurs = found.checksum == sumOf(lanes(), headerArea(), HEADER_CHECKED) &&
    found.storeId == storeId && found.pageShift == pageShift;
  return isOurs || fail(FAILED_DAMAGED, HEADER_CHECKED, 0);
}

/** Never in a checkpoint: the journal buffers and what stands behind them. */
export function isVolatile(page: u32): bool {
  return page >= pageOf(<usize>superblock().journalBuffer) && page < pageOf(volatileEnd());
}
@inline function placeOf(slot: u32): u64 {
  return <u64>slot << superblock().unitShift;
}

/** Reads the page in a slot of the file at hand, and checks it. */
export function loadPage(to: usize, slot: u32, checksum: u64): bool {
  if (!readWhole(to, pageBytes(), placeOf(slot))) return false;
  return sumOf(lanes(), to, pageBytes()) == checksum || fail(FAILED_DAMAGED, placeOf(slot), 0);
}
/**
 * Reads the checkpoint's pages of a range of the region to where they were. Pages that it does not
 * hold stay as they are. With the file at hand; false: see the failure. O(bytes).
 */
export function loadPages(from: u32, end: u32): bool {
  for (let page = from; page < end; ) {
    const slot = entryOf(page).slot;
    if (slot == 0 || isVolatile(page)) {
      page++;
      continue;
    }
    const most = min<u32>(end - page, dataBytes() >> superblock().unitShift);
    let run: u32 = 1;
    while (run < most && entryOf(page + run).slot == slot + run && !isVolatile(page + run)) run++;
    if (!readWhole(pageStart(page), run << superblock().unitShift, placeOf(slot))) return false;
    for (const behind = page + run; page < behind; page++) {
      const found = sumOf(lanes(), pageStart(page), pageBytes());
      const entry = entryOf(page);
      if (found != entry.checksum) return fail(FAILED_DAMAGED, placeOf(entry.slot), 0);
    }
    add32(PAGES_LOADED, run);
  }
  return true;
}

/** For who watches: so many pages of the range are going to be loaded, too. O(pages). */
export function expectPages(from: u32, end: u32): void {
  let pages: u32 = 0;
  for (let page = from; page < end; page++) {
    if (entryOf(page).slot != 0 && !isVolatile(page)) pages++;
  }
  add32(PAGES_AHEAD, pages);
}

// Writing: copies gather in the data area as long as their slots follow one another. `filled` says
// how many bytes, `position` where the first of them goes; slots are taken in ascending order.

/** Begins with the lowest slots. */
export function openPageSink(): void {
  fileAtHand().filled = 0;
  fileAtHand().position = 0;
}
/** Where the next copy is to be made. */
export function nextCopy(): usize {
  return dataArea() + fileAtHand().filled;
}
/** Takes the copy that was made there. Its slot; 0: it could not be written. */
export function pourPage(): u32 {
  const at = fileAtHand();
  const bytes = pageBytes();
  const last = <u32>((at.position + at.filled) >> superblock().unitShift);
  // The first slot of all is behind the header.
  const slot = takeSlotBehind(last == 0 ? 0 : last - 1);
  const copy = nextCopy();
  if (placeOf(slot) != at.position + at.filled) {
    if (!drainPages()) return 0;
    memory.copy(dataArea(), copy, bytes);
    at.position = placeOf(slot);
  }
  at.filled += bytes;
  return at.filled + bytes <= dataBytes() || drainPages() ? slot : 0;
}
/** Writes what has gathered. */
export function drainPages(): bool {
  const at = fileAtHand();
  const written = at.filled == 0 || writeAt(dataArea(), at.filled, at.position);
  at.position += at.filled;
  at.filled = 0;
  return written;
}
