// The root of a checkpoint: the file `image`. It names the table pages in the file `pages`, and the
// place in the journal where the replay starts. A new one takes the place of the old by a rename.

import { NEW_IMAGE } from "../layout/file-name";
import {
  FAILED_DAMAGED, FAILED_VERSION, FILE_IMAGE, HEADER_CHECKED, IMAGE_MAGIC, ImageHeader,
  JOURNAL_HEADER,
} from "../layout/journal";
import {
  PageEntry, entryOf, pageStart, rootAddress, rootBytes, rootEntry, tablePageAddress,
  tablePagesFor, tablePages,
} from "../layout/pages";
import { putWord, wordAt } from "../layout/bytes";
import { FORMAT_VERSION, superblock } from "../layout/superblock";
import { sumOf } from "../layout/xxh64";
import { lanes } from "./buffer";
import { fail } from "./failure";
import { closeFile, openFile, readAt, readWhole, syncFileAndName, writeAt } from "./files";
import { loadPage } from "./pages";

/** The root in memory: what the file holds, or will hold. */
@inline export function root(): ImageHeader {
  return changetype<ImageHeader>(rootAddress());
}
/** Where its checksum stands. */
@inline function checksumAt(): usize {
  return rootAddress() + rootBytes();
}

/** Reads and checks the header of the image, which becomes the file at hand. */
export function openRoot(to: usize): bool {
  if (!openFile(FILE_IMAGE, 0, false)) return false;
  const read = readAt(to, <u32>JOURNAL_HEADER, 0);
  if (read < 0) return false;
  const header = changetype<ImageHeader>(to);
  if (read < <i32>JOURNAL_HEADER || header.magic != IMAGE_MAGIC) return fail(FAILED_DAMAGED, 0, 0);
  if (header.formatVersion != FORMAT_VERSION) return fail(FAILED_VERSION, 8, 0);
  if (header.checksum != sumOf(lanes(), to, HEADER_CHECKED)) {
    return fail(FAILED_DAMAGED, HEADER_CHECKED, 0);
  }
  return true;
}
/** Of the image at hand: the entry of its first table page, before there is a place for all. */
export function readFirstEntry(to: usize): bool {
  return readWhole(to, <u32>offsetof<PageEntry>(), JOURNAL_HEADER);
}
/** Reads the root of this region from the file at hand, once the superblock says where it goes. */
export function readRoot(): bool {
  const bytes = rootBytes() + 8;
  if (!readWhole(rootAddress(), bytes, 0)) return false;
  const isWhole = wordAt(checksumAt()) == sumOf(lanes(), rootAddress(), rootBytes());
  return isWhole || fail(FAILED_DAMAGED, rootBytes(), 0);
}
/** Reads the table that the root names, with the file `pages` at hand. */
export function readTable(): bool {
  for (let t: u32 = 0, n = tablePages(); t < n; t++) {
    const entry = rootEntry(t);
    if (entry.slot == 0) {
      memory.fill(tablePageAddress(t), 0, pageStart(1));
    } else if (!loadPage(tablePageAddress(t), entry.slot, entry.checksum)) {
      return false;
    }
  }
  return true;
}
/** Whether the header is one of a region of this size. */
export function fitsRegion(header: ImageHeader): bool {
  const sb = superblock();
  return header.kib == sb.kib && header.pageShift == sb.unitShift && header.storeId == sb.storeId &&
    tablePagesFor(header.kib, header.pageShift) == tablePages();
}

/** Says where the page is in the checkpoint in the making. */
export function setEntry(page: u32, slot: u32, checksum: u64): void {
  const entry = entryOf(page);
  entry.slot = slot;
  entry.mark = 0;
  entry.checksum = checksum;
}

/** Writes the root in memory as a file that has no final name yet. */
export function writeRoot(): bool {
  const header = root();
  header.magic = IMAGE_MAGIC;
  header.formatVersion = FORMAT_VERSION;
  header.fingerprint = superblock().fingerprint;
  header.storeId = superblock().storeId;
  header.kib = superblock().kib;
  header.pageShift = superblock().unitShift;
  header.checksum = sumOf(lanes(), rootAddress(), HEADER_CHECKED);
  putWord(checksumAt(), sumOf(lanes(), rootAddress(), rootBytes()));
  if (!openFile(FILE_IMAGE, NEW_IMAGE, true)) return false;
  const written = writeAt(rootAddress(), rootBytes() + 8, 0) && syncFileAndName();
  closeFile();
  return written;
}
