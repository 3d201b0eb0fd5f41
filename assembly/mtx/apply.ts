// Apply: what a committed record says happens, in record order. The owner and a recoverer run this
// same code; running it again changes nothing, because entries hold absolute values.

import { APPLYING, HOLDER_MASK } from "../layout/lock-word";
import {
  BYTES, MARKS, PUBLISH, REDO_HEADER, ZERO, entryAddress, entryWords, marksBytes,
} from "../layout/redo";
import { releaseFence } from "../sync/fence";
import { acquire64, publish64, setBits64 } from "../sync/shared";

/** One word into the region, as readers must see it. */
@inline export function applyWord(header: u64, value: u64): void {
  if (header & PUBLISH) publish64(entryAddress(header), value);
  else store<u64>(entryAddress(header), value);
}
/**
 * Applies the record for the holder that made it. Marks first: from then on readers retry. A word
 * that no longer names the holder was already released by another recoverer and stays alone.
 */
export function applyRecord(record: usize, holder: u64): void {
  const marks = load<u32>(record, MARKS);
  for (let k: u32 = 0; k < marks; k++) {
    const lock = <usize>load<u32>(record + REDO_HEADER + (<usize>k << 2));
    if ((acquire64(lock) & HOLDER_MASK) == holder) setBits64(lock, APPLYING);
  }
  // Nobody sees an entry and not the commit, or not the marks.
  releaseFence();
  const end = record + <usize>load<u32>(record, BYTES);
  applyEntries(record + REDO_HEADER + marksBytes(marks), end);
  // Nobody sees the holder not committed, and not all entries.
  releaseFence();
}
/**
 * The entries from `from` up to `end`, in their order. Fresh nodes and zeroed memory are seen whole
 * by whoever sees an entry behind them, by which they are found.
 */
export function applyEntries(from: usize, end: usize): void {
  let p = from;
  while (p < end) {
    const header = load<u64>(p);
    p += 8;
    if (header & ZERO) {
      memory.fill(entryAddress(header), 0, <usize>entryWords(header) << 3);
      releaseFence();
      continue;
    }
    const words = entryWords(header);
    for (let left = words, at: u64 = 0; left > 0; left--, at += 8, p += 8) {
      applyWord(header + at, load<u64>(p));
    }
    if (words > 1) releaseFence();
  }
}
