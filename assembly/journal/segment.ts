// Segments: the files of the journal, one after the other. A block never spans two; a segment that
// must hold a larger block is made larger.

import {
  FAILED_DAMAGED, FAILED_VERSION, FILE_JOURNAL, HEADER_CHECKED, JOURNAL_HEADER, SEGMENT_MAGIC,
  SegmentHeader,
} from "../layout/journal";
import { FORMAT_VERSION, superblock } from "../layout/superblock";
import { sumOf } from "../layout/xxh64";
import { context } from "../sync/instance";
import { fileAtHand, headerArea, lanes } from "./buffer";
import { fail } from "./failure";
import {
  closeFile, fileBytes, openFile, openIfThere, readAt, setFileBytes, syncData, syncFileAndName,
  useFile, writeAt,
} from "./files";

@inline export function segmentHeader(): SegmentHeader {
  return changetype<SegmentHeader>(headerArea());
}
/** Bytes of a segment that has to hold a block of so many. */
@inline function segmentBytes(block: u64): u64 {
  const usual = <u64>superblock().segmentKib << 10;
  return max<u64>(usual, (block + JOURNAL_HEADER + 1023) & ~(<u64>1023));
}

/**
 * Makes an empty segment behind the block with this checksum, and takes it at hand. Its size and
 * its name are synced before the header, and that before any block: a segment with a header that
 * is too short was cut. Its size in KiB, or 0.
 */
export function createSegment(number: u32, previous: u64, flushed: u64, block: u64): u32 {
  if (!openFile(FILE_JOURNAL, number, true)) return 0;
  const bytes = segmentBytes(block);
  const header = segmentHeader();
  header.magic = SEGMENT_MAGIC;
  header.formatVersion = FORMAT_VERSION;
  header.fingerprint = superblock().fingerprint;
  header.storeId = superblock().storeId;
  header.number = number;
  header.kib = <u32>(bytes >> 10);
  header.previous = previous;
  header.flushed = flushed;
  header.reserved = 0;
  header.checksum = sumOf(lanes(), headerArea(), HEADER_CHECKED);
  if (!setFileBytes(bytes) || !syncFileAndName()) return 0;
  return writeAt(headerArea(), <u32>JOURNAL_HEADER, 0) && syncData() ? header.kib : 0;
}

/** Takes segment `number` at hand; this thread opens it once. */
export function useSegment(number: u32): bool {
  const my = context();
  if (my.segment == number) {
    useFile(FILE_JOURNAL, number, my.segmentFile);
    return true;
  }
  leaveSegment();
  if (!openFile(FILE_JOURNAL, number, false)) return false;
  keepSegment(number);
  return true;
}
/** Remembers the segment at hand as the one that this thread has open. */
export function keepSegment(number: u32): void {
  context().segment = number;
  context().segmentFile = fileAtHand().descriptor;
}
/** Closes the open segment, if there is one. */
export function leaveSegment(): void {
  const my = context();
  if (my.segment == 0) return;
  useFile(FILE_JOURNAL, my.segment, my.segmentFile);
  closeFile();
  my.segment = 0;
}

/** What was found: something that is valid, nothing that is, or a call has failed. */
@inline export const VALID: i32 = 1;
@inline export const NONE: i32 = 0;
@inline export const FAILED: i32 = -1;

/** Whether the file at hand is a segment of this store, by its header and its size. */
export function checkSegment(): i32 {
  const read = readAt(headerArea(), <u32>JOURNAL_HEADER, 0);
  if (read < <i32>JOURNAL_HEADER) return read < 0 ? FAILED : NONE;
  const header = segmentHeader();
  if (header.magic != SEGMENT_MAGIC || header.storeId != superblock().storeId) return NONE;
  if (header.checksum != sumOf(lanes(), headerArea(), HEADER_CHECKED)) return NONE;
  if (header.formatVersion != FORMAT_VERSION) {
    fail(FAILED_VERSION, 8, 0);
    return FAILED;
  }
  const bytes = fileBytes();
  if (bytes < 0) return FAILED;
  // A header alone is a segment half made, too: its size was not synced.
  if (header.number != fileAtHand().number || <u64>bytes <= JOURNAL_HEADER) return NONE;
  if (<u64>bytes >= <u64>header.kib << 10) return VALID;
  // Its size was synced before the first block: what is missing has been there.
  fail(FAILED_DAMAGED, bytes, 0);
  return FAILED;
}
/** Takes a segment at hand that may be missing or half made: then NONE, and it is not open. */
export function openNextSegment(number: u32): i32 {
  const opened = openIfThere(FILE_JOURNAL, number);
  if (opened != VALID) return opened;
  const found = checkSegment();
  if (found != VALID) closeFile();
  return found;
}

/** Blocks begin at multiples of this. */
@inline const ALIGNMENT: u64 = 64;

/** Where the block behind one at `offset` with such a payload begins. */
export function blockEnd(offset: u32, payload: u64): u32 {
  const end = <u64>offset + JOURNAL_HEADER + payload + 8;
  return <u32>((end + ALIGNMENT - 1) & ~(ALIGNMENT - 1));
}
