// Stream nodes: 256 bytes each, lock word first, from the same memory as tree nodes. What they have
// in common; partitions, cells and member lists say the rest. A stream node never becomes a tree
// node: when its stream is destroyed it waits in a list for the next stream, and its version goes
// on. Who remembers its address recognises by the id whether it is still the one that was meant.
//
//    0  lock word u64
//    8  id u32: of the stream (partitions) or of the group (cells, members); 0 = in the free list
//   12  number u32: of the partition
//   16  next u32: what it is chained to

import { superblock } from "./superblock";

@inline export const STREAM_NODE_ID: usize = 8;
@inline export const STREAM_NODE_NEXT: usize = 16;

/** Cells that a walk without a lock looks at: the chain may have become another one. */
@inline export const CHAIN_MAX: u32 = 4096;

/** A lease or a member: slot (16 bits), generation (16), life of the store (32). 0 is nobody. */
@inline export function nameOf(slot: u32, generation: u32, life: u32): u64 {
  return <u64>slot | (<u64>generation << 16) | (<u64>life << 32);
}
@inline export function slotOfName(name: u64): u32 {
  return <u32>name & 0xffff;
}
@inline export function generationOfName(name: u64): u32 {
  return <u32>(name >> 16) & 0xffff;
}
@inline export function lifeOfName(name: u64): u32 {
  return <u32>(name >> 32);
}
/** Whether the name can be one of a slot: words of nodes that became others are looked at, too. */
@inline export function namesSlot(name: u64): bool {
  return slotOfName(name) - 1 < superblock().slots;
}
