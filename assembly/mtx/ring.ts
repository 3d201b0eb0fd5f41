// The redo ring of a slot: records, found through a directory of positions by the head counter in
// ST. Only the owner writes it. A memory-only store drains nothing, so its ring is empty between
// operations and every record starts at 0, where the cache still holds the last one.

import { ringCells } from "../layout/block";
import { superblock } from "../layout/superblock";
import { directoryAddress, directoryOf, ringAddress, ringOf } from "../sync/instance";

@inline function entry(directory: usize, head: u32): usize {
  return directory + (<usize>(head & (ringCells() - 1)) << 2);
}
/** Where the record of my next commit is built. */
@inline export function nextRecord(): usize {
  return ringAddress;
}
@inline export function recordCap(): usize {
  return superblock().ringBytes;
}
/** Enters the record that becomes number `head`. */
@inline export function enterRecord(head: u32, record: usize): void {
  store<u32>(entry(directoryAddress, head), <u32>(record - ringAddress));
}
/** Record number `head` of any slot. */
export function recordOf(slot: u32, head: u32): usize {
  return ringOf(slot) + <usize>load<u32>(entry(directoryOf(slot), head));
}
