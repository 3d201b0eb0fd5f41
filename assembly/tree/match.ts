// Finding an entry in a leaf, or in the shadow of one.

import { liveOf } from "../layout/permutation";
import { kindOf, slotsEqual } from "../sync/node-reads";
import { rankOf } from "./key";

/** No slot: the leaf has no entry of that slice and rank. */
@inline export const NO_SLOT: i32 = -1;

/**
 * The live slot that holds the slice with this rank (a length, or "longer than the slice", where
 * a layer ranks as the long key it replaced). O(1): one vector comparison.
 */
export function matchingSlot(leaf: usize, permutation: u64, slice: u64, rank: u32): i32 {
  for (let hits = slotsEqual(leaf, slice) & liveOf(permutation); hits; hits &= hits - 1) {
    const slot = ctz(hits);
    if (rankOf(kindOf(leaf, slot)) == rank) return <i32>slot;
  }
  return NO_SLOT;
}
