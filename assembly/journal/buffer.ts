// The journal buffers (layout/journal.ts): one for rounds and for opening, one for checkpoints.

import {
  BUFFER_FILE, BUFFER_HEADER, BUFFER_PATH, BUFFER_STATUS, BUFFER_SUM, FileAtHand, FileStatus,
  JournalBuffer, dataOffset,
} from "../layout/journal";
import { superblock } from "../layout/superblock";
import { Lanes, STRIPE } from "../layout/xxh64";
import { context, contextAddress } from "../sync/instance";

/** That of my present task. Whoever opens the files has no context yet. */
export function bufferAddress(): usize {
  const first = <usize>superblock().journalBuffer;
  if (contextAddress == 0 || !context().checkpointing) return first;
  return first + superblock().journalBufferBytes;
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
