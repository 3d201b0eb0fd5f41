// Notes: the addresses of the locks that an operation holds or is about to take. Recovery finds
// the locks of a dead instance here, so a note is stored BEFORE the CAS that takes its lock.
// Notes are never cleared: recovery checks that the lock word still names the dead holder.

import { NOTES, NOTES_IN_LINE, NOTE_MARK } from "../layout/slot";
import { blockOf, myBlock, self, slotLines } from "../sync/instance";

@inline function cell(lines: usize, block: usize, k: u32): usize {
  return k < NOTES_IN_LINE
    ? lines + NOTES + <usize>k * 4
    : block + <usize>(k - NOTES_IN_LINE) * 4;
}
/** Notes my lock k. The high-water mark rises first: recovery looks at every cell below it. */
@inline export function note(k: u32, address: usize): void {
  if (k >= load<u32>(self, NOTE_MARK)) store<u32>(self, k + 1, NOTE_MARK);
  store<u32>(cell(self, myBlock, k), <u32>address);
}
@inline export function myNote(k: u32): usize {
  return <usize>load<u32>(cell(self, myBlock, k));
}
/** Note k of any slot, and how many cells were ever used there. */
export function noteOf(slot: u32, k: u32): usize {
  return <usize>load<u32>(cell(slotLines(slot), blockOf(slot), k));
}
@inline export function notesUsed(slot: u32): u32 {
  return load<u32>(slotLines(slot), NOTE_MARK);
}
