// The journal buffer (layout/journal.ts), and the sink that gathers small pieces in its data area.

import {
  BUFFER_FILE, BUFFER_HEADER, BUFFER_PATH, BUFFER_STATUS, BUFFER_SUM, FileAtHand, FileStatus,
  JournalBuffer, dataOffset,
} from "../layout/journal";
import { superblock } from "../layout/superblock";
import { Lanes, STRIPE } from "../layout/xxh64";

@inline export function bufferAddress(): usize {
  return <usize>superblock().journalBuffer;
}
@inline export function buffer(): JournalBuffer {
  return changetype<JournalBuffer>(bufferAddress());
}
@inline export function pathArea(): usize {
  return bufferAddress() + BUFFER_PATH;
}
@inline export function statusArea(): FileStatus {
  return changetype<FileStatus>(bufferAddress() + BUFFER_STATUS);
}
@inline export function lanes(): Lanes {
  return changetype<Lanes>(bufferAddress() + BUFFER_SUM);
}
@inline export function fileAtHand(): FileAtHand {
  return changetype<FileAtHand>(bufferAddress() + BUFFER_FILE);
}
/** Where a header of 64 bytes is made or looked at. */
@inline export function headerArea(): usize {
  return bufferAddress() + BUFFER_HEADER;
}
@inline export function dataArea(): usize {
  return bufferAddress() + dataOffset(superblock().slots);
}
/** Bytes of the data area, a multiple of the checksum's stripe. */
@inline export function dataBytes(): u32 {
  const bytes = superblock().journalBufferBytes - <u32>dataOffset(superblock().slots);
  return bytes & ~(STRIPE - 1);
}
