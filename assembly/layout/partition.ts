// A partition: a stream node that says where its newest messages lie. Messages are counted from 0;
// an extent holds consecutive ones. The eight newest extents stand here; older ones are records of
// the system map (layout/catalog.ts), eight in each.
//
//    8  stream id u32 | number u32           16  first cell u32 | flags u32
//   24  tail u64: messages appended          32  first u64: the oldest message retained
//   40  retained u32: bytes in flight | capacity u32
//   48  extents in use u32 | bytes of a row u32, 0 = framed messages
//   56  reserved
//   64  8 extents of 24 bytes: place u64, base u64 (number of its first message),
//       bytes u32 | messages u32
//
// place: offset in its frame u32 | frame u32. Readers copy the node and accept the copy if the lock
// word was free before and is the same after; no prefix of an apply is ever accepted, so partitions
// need no APPLYING. The tail alone, loaded atomically, is a hint that is never ahead.

import { NODE_BYTES } from "./node";

@inline export const PARTITION_ID: usize = 8;
@inline export const PARTITION_CELLS: usize = 16;
@inline export const PARTITION_FLAGS: usize = 20;
@inline export const PARTITION_TAIL: usize = 24;
@inline export const PARTITION_FIRST: usize = 32;
@inline export const PARTITION_RETAINED: usize = 40;
@inline export const PARTITION_USED: usize = 48;
@inline export const PARTITION_EXTENTS: usize = 64;
@inline export const EXTENTS: u32 = 8;
@inline export const EXTENT_BYTES: usize = 24;
@inline export const EXTENT_BASE: usize = 8;
@inline export const EXTENT_SIZE: usize = 16;
@inline export const EXTENTS_BYTES: u32 = EXTENTS * <u32>EXTENT_BYTES;

/** Flags: its stream is destroyed; its extents are freed; a producer waits for credit. */
@inline export const FLAG_DESTROYED: u32 = 1;
@inline export const FLAG_SWEPT: u32 = 2;
@inline export const FLAG_STARVED: u32 = 4;

if (PARTITION_EXTENTS + <usize>EXTENTS_BYTES != NODE_BYTES) ERROR("partition: extents");

/** Extent i of the list that starts at `list`. */
@inline export function extentAt(list: usize, i: u32): usize {
  return list + <usize>i * EXTENT_BYTES;
}
/** Number of the message behind the extent. */
@inline export function extentEnd(extent: usize): u64 {
  return load<u64>(extent, EXTENT_BASE) + load<u32>(extent, EXTENT_SIZE + 4);
}
@inline export function extentOffset(extent: usize): u32 {
  return load<u32>(extent);
}
@inline export function extentFrame(extent: usize): u32 {
  return load<u32>(extent, 4);
}
@inline export function extentBase(extent: usize): u64 {
  return load<u64>(extent, EXTENT_BASE);
}
@inline export function extentBytes(extent: usize): u32 {
  return load<u32>(extent, EXTENT_SIZE);
}
@inline export function extentCount(extent: usize): u32 {
  return load<u32>(extent, EXTENT_SIZE + 4);
}

/** One extent as partitionRead puts it out: where its bytes are in memory. */
@unmanaged export class ReadExtent {
  address: u32;
  bytes: u32;
  count: u32;
  baseLow: u32;
  baseHigh: u32;
  frame: u32;
}
@inline export const READ_EXTENT: usize = 24;
if (offsetof<ReadExtent>() != READ_EXTENT) ERROR("read extent: size");

/** Bytes of the framed message at `address`: its length, then itself, padded to 4. */
@inline export function framedBytes(address: usize): u32 {
  return 4 + ((load<u32>(address) + 3) & ~3);
}
