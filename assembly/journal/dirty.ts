// Which pages of the region have changed since the last checkpoint. Every change that must last is
// in a redo record, and every record is drained once, by a round: it notes the round's epoch at all
// pages that the record writes. A page is dirty if its epoch is later than the last root's.

import { dirtyWord, pageOf } from "../layout/pages";
import {
  ZERO, bytesOf, entriesOf, entryAddress, entryWords, stagedBytesOf, stagedOf,
} from "../layout/redo";
import { wordAt } from "../layout/bytes";
import { IMAGE_FLUSHED, superblock } from "../layout/superblock";
import { acquire32, acquire64, publish32 } from "../sync/shared";

/** Before the epoch is reported as flushed: a checkpoint looks at the map after that report. */
export function markRecord(record: usize, epoch: u64): void {
  if (stagedBytesOf(record) != 0) markRange(stagedOf(record), stagedBytesOf(record), epoch);
  const end = record + bytesOf(record);
  for (let p = entriesOf(record); p < end; ) {
    const header = wordAt(p);
    const bytes = <usize>entryWords(header) << 3;
    if (bytes != 0) markRange(entryAddress(header), bytes, epoch);
    p += 8 + (header & ZERO ? 0 : bytes);
  }
}
function markRange(from: usize, bytes: usize, epoch: u64): void {
  const mark = max<u32>(<u32>epoch, 1);
  for (let page = pageOf(from), last = pageOf(from + bytes - 1); page <= last; page++) {
    // A look costs less than a store, and most pages are met many times in a round.
    if (acquire32(dirtyWord(page)) != mark) publish32(dirtyWord(page), mark);
  }
}
/**
 * Whether the page may differ from what the last root holds of it. Superblock and slot lines do at
 * any time: they have words (the greatest ticket of a slot) that are in no record.
 */
export function isDirty(page: u32): bool {
  if (page <= pageOf(<usize>superblock().identityTable - 1)) return true;
  const mark = acquire32(dirtyWord(page));
  return mark != 0 && <i32>(mark - <u32>acquire64(IMAGE_FLUSHED)) > 0;
}
