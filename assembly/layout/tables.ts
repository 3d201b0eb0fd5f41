// The tables behind the slot lines: identities and frames. Their sizes follow from the superblock.
//
// identity cell, 64 bytes: the last committed operation of a named worker
//   0 owner: slot u32 | generation u32     8 epoch u64 (tag of that operation)
//  16 sequence u64                        24 version u64 (ticket of that operation)
//  32 name, 32 bytes, zero padded; all zero = the cell is free
//
// frame, 32 bytes: where the frame with this number lies and what has become of it
//   0 address u32, 0 = number is free  4 order u32 (buddy order of its extent) and, in its upper
//                                       bits, whether the frame is cold: not yet read from the
//                                       files; soon to be; or never, because its pages are damaged
//   8 state u32 | 12 tail u32 (of a sealed frame), or the slot that it is open for
//  16 base of the dead-bytes counters u64     24 epoch u64 (of a frame in limbo), or
//                                              who may still append to a sealed stream frame:
//                                              as a lease (layout/stream-node.ts), 0 = nobody; or
//                                              where a damaged frame is damaged: errno u16 | offset
//                                              in the file of pages (48 bits)

import { superblock } from "./superblock";

@inline export const IDENTITY_BYTES: usize = 64;
@inline export const IDENTITY_OWNER: usize = 0;
@inline export const IDENTITY_EPOCH: usize = 8;
@inline export const IDENTITY_SEQUENCE: usize = 16;
@inline export const IDENTITY_VERSION: usize = 24;
@inline export const IDENTITY_NAME: usize = 32;
@inline export const IDENTITY_NAME_BYTES: usize = 32;

@inline export const FRAME_BYTES: usize = 32;
@inline export const FRAME_PLACE: usize = 0;
@inline export const FRAME_USE: usize = 8;
@inline export const FRAME_DEAD_BASE: usize = 16;
@inline export const FRAME_EPOCH: usize = 24;
@inline export const FRAME_HOLD: usize = 24;
@inline export const FRAME_DAMAGE: usize = 24;

/** Bits of FRAME_PLACE. A place that is cold or 0 is not above 0 as a signed number. */
@inline export const COLD: u64 = (<u64>1) << 63;
@inline export const DAMAGED: u64 = (<u64>1) << 62;
@inline export const SOON: u64 = (<u64>1) << 61;
@inline export const DAMAGE_ERRNO_SHIFT: u64 = 48;

@inline export const FRAME_OPEN: u32 = 1;
@inline export const FRAME_SEALED: u32 = 2;
@inline export const FRAME_LIMBO: u32 = 3;
@inline export const FRAME_STREAM: u32 = 4;
@inline export const FRAME_STREAM_SEALED: u32 = 5;

/** Two u32 fields that change together are one word for redo. */
@inline export function pair(low: u32, high: u32): u64 {
  return <u64>low | (<u64>high << 32);
}
@inline export function lowOf(word: u64): u32 {
  return <u32>word;
}
@inline export function highOf(word: u64): u32 {
  return <u32>(word >> 32);
}

/** The table entry of a frame; frames count from 1. */
@inline export function frameEntry(frame: u32): usize {
  return <usize>superblock().frameTable + <usize>(frame - 1) * FRAME_BYTES;
}
/** Whether a frame with this place has its bytes in memory. */
@inline export function isWarm(place: u64): bool {
  return <i64>place > 0;
}
/** Bytes of the extent at a place: the bits beside the order are multiples of 32, and a shift is
 * by its count modulo 32. */
@inline export function placeBytes(place: u64): u32 {
  return <u32>1 << (highOf(place) + superblock().unitShift);
}
