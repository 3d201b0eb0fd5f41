// Extents: a binary buddy over the heap. One byte per block of every order says how large a free
// block its subtree can still give: 0 = none, k + 1 = one of order k. Block 1 is the whole heap,
// blocks 2i and 2i + 1 are the halves of block i. Knuth, TAOCP 1, 2.5 (buddy system); the tree of
// maxima replaces free lists, so that every change is a few words under the allocator's lock.
//
// Callers hold ALLOCATOR_LOCK inside an operation; nothing happens before it commits.

import { byteAt } from "../layout/bytes";
import { FREE_UNITS, superblock } from "../layout/superblock";
import { readByte, readWord, writeByte, writeWord } from "../mtx/words";

@inline function cell(block: u32): usize {
  return <usize>superblock().buddyTree + block;
}
/** Order of the whole heap. */
@inline function topOrder(): u32 {
  return 31 - clz(superblock().units);
}
/** The smallest order whose blocks hold `bytes`. */
export function orderFor(bytes: u32): u32 {
  const unit: u32 = 1 << superblock().unitShift;
  const units = (bytes + unit - 1) >> superblock().unitShift;
  return units <= 1 ? 0 : 32 - clz(units - 1);
}
@inline export function bytesOfOrder(order: u32): u32 {
  return 1 << (order + superblock().unitShift);
}
/** Whether a block of the order is free. */
export function canAllocate(order: u32): bool {
  return readByte(cell(1)) > order;
}

/** Takes a block of the order; its address, or 0 if none is free. O(log heap). */
export function allocateExtent(order: u32): usize {
  if (!canAllocate(order)) return 0;
  let block: u32 = 1;
  for (let o = topOrder(); o > order; o--) {
    const left = readByte(cell(2 * block));
    const right = readByte(cell(2 * block + 1));
    // Best fit: the half whose largest free block is the smaller one that still suffices.
    const goLeft = left > order && (right <= order || left <= right);
    block = 2 * block + (goLeft ? 0 : 1);
  }
  writeByte(cell(block), 0);
  updateAncestors(block, order);
  writeWord(FREE_UNITS, readWord(FREE_UNITS) - ((<u64>1) << order));
  const first = (block << order) - superblock().units;
  return <usize>superblock().heap + (<usize>first << superblock().unitShift);
}

/** Gives a block back; equal buddies merge. O(log heap). */
export function freeExtent(address: usize, order: u32): void {
  const first = <u32>(address - superblock().heap) >> superblock().unitShift;
  const block = (superblock().units + first) >> order;
  writeByte(cell(block), order + 1);
  updateAncestors(block, order);
  writeWord(FREE_UNITS, readWord(FREE_UNITS) + ((<u64>1) << order));
}

function updateAncestors(from: u32, order: u32): void {
  for (let block = from >> 1, o = order; block > 0; block >>= 1, o++) {
    const left = readByte(cell(2 * block));
    const right = readByte(cell(2 * block + 1));
    // Both halves of order o free: one block of order o + 1, written as o + 2.
    writeByte(cell(block), left == o + 1 && right == o + 1 ? o + 2 : max<u32>(left, right));
  }
}
/**
 * Whether a unit lies in a free block. Without the allocator's lock this is a guess of some moment:
 * good enough for who knows that later changes reach him in another way.
 */
export function isFreeUnit(unit: u32): bool {
  const leaf = superblock().units + unit;
  for (let order = topOrder(); ; order--) {
    const value = byteAt(cell(leaf >> order));
    // A block that is free whole says order + 1; below one that is taken whole, cells are stale.
    if (value == order + 1) return true;
    if (value == 0 || order == 0) break;
  }
  return false;
}
