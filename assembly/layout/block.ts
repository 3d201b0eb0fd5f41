// The block of a slot: memory that an instance needs beside its slot lines. Allocated once, at the
// first attach of the slot, and kept for its later incarnations. Volatile: never part of an image.
//
//  shared (recovery, cleaner, journal)            private (only the owner, only inside a call)
//  +-----------------+-----------+------+------+  +---------+-------+-------+---------+-------
//  | notes 14.. u32  | directory | ring | dead |  | context | marks | words | shadows | reads
//  +-----------------+-----------+------+------+  +---------+-------+-------+---------+-------
//                                                 -+------+-------+------------------+--------+
//                                                  | plan | climb | key a, b, prefix | output |
//                                                 -+------+-------+------------------+--------+
//
// The sizes follow from the superblock, so every offset is a sum that starts at the one before.

import { alignUp, superblock } from "./superblock";
import { NOTES_IN_LINE } from "./slot";

@inline export const DIRECTORY_ENTRY: usize = 4;
@inline export const RING_BYTES_PER_CELL: u32 = 64;
@inline export const CONTEXT_BYTES: usize = 320;
@inline export const WORD_ENTRY: usize = 16;
/** Words that any operation may change, beside the counters of dead bytes that a batch touches. */
@inline const WORDS: u32 = 64;
@inline export const SHADOW_BYTES: usize = 288;
@inline export const READ_ENTRY: usize = 16;
@inline export const READ_CACHE: u32 = 64;
@inline export const PLAN_ENTRY: usize = 16;
@inline export const CLIMB_ENTRY: usize = 32;
@inline export const KEY_AREAS: usize = 3;

@inline function locks(): u32 {
  return superblock().locks;
}
/** Cells of the ring directory, a power of two when the ring is one. */
@inline export function ringCells(): u32 {
  return superblock().ringBytes / RING_BYTES_PER_CELL;
}
/** Leaves that a validated transaction may have read. */
@inline export function readCap(): u32 {
  return locks() * 2;
}
/** Operations of one batch. */
@inline export function planCap(): u32 {
  return locks() * 4;
}

/** Words that one operation may change; a multiple of 4 keeps what follows aligned. */
@inline export function wordCap(): u32 {
  return WORDS + ((min<u32>(planCap(), superblock().frames / 2 + 1) + 3) & ~3);
}

/** Bytes of redo that an operation on so many fresh stream nodes and their partitions may need. */
export function ringBytesFor(nodes: u32): u32 {
  return 1024 + nodes * 320;
}

export function directoryOffset(): usize {
  const overflow = locks() > NOTES_IN_LINE ? locks() - NOTES_IN_LINE : 0;
  return alignUp(<usize>overflow * 4, 64);
}
export function ringOffset(): usize {
  return directoryOffset() + alignUp(<usize>ringCells() * DIRECTORY_ENTRY, 64);
}
export function deadOffset(): usize {
  return ringOffset() + superblock().ringBytes;
}
export function contextOffset(): usize {
  return alignUp(deadOffset() + <usize>superblock().frames * 4, 64);
}
export function marksOffset(): usize {
  return contextOffset() + CONTEXT_BYTES;
}
export function wordsOffset(): usize {
  return marksOffset() + alignUp(<usize>locks(), 64);
}
export function shadowsOffset(): usize {
  return wordsOffset() + <usize>wordCap() * WORD_ENTRY;
}
export function readsOffset(): usize {
  return shadowsOffset() + <usize>locks() * SHADOW_BYTES;
}
/** Where the newest entry of a leaf may stand in the reads: so that most repetitions are found. */
export function readCacheOffset(): usize {
  return readsOffset() + <usize>readCap() * READ_ENTRY;
}
export function planOffset(): usize {
  return readCacheOffset() + <usize>READ_CACHE * 4;
}
export function climbOffset(): usize {
  return planOffset() + <usize>planCap() * PLAN_ENTRY;
}
export function keysOffset(): usize {
  return climbOffset() + <usize>locks() * CLIMB_ENTRY;
}
export function outputOffset(): usize {
  return keysOffset() + KEY_AREAS * alignUp(superblock().keyBytes, 64);
}
export function blockBytes(): usize {
  return outputOffset() + alignUp(superblock().outputBytes, 64);
}
