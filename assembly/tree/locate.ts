// Where a key belongs: the leaf, in the layer, that has its entry or would get it.

import { KIND_LAYER } from "../layout/node";
import { INS } from "../layout/lock-word";
import { levelOfWord, nextOfWord } from "../layout/node";
import { lock, unlockLast } from "../mtx/locks";
import { context } from "../sync/instance";
import {
  highkeyOf, kindOf, linkOf, lowkeyOf, nextAndLevel, permutationOf, unchanged,
} from "../sync/node-reads";
import { acquire32 } from "../sync/shared";
import { findLeaf, stableWord } from "./descend";
import { kindFor, restAt, sliceAt } from "./key";
import { NO_SLOT, matchingSlot } from "./match";

/**
 * Finds the leaf without locks. Leaves the root and the depth of its layer in the context; all of
 * it is a hint until the leaf is locked.
 */
export function locate(key: usize, keyBytes: u32): usize {
  const my = context();
  my.root = acquire32(<usize>my.tree);
  my.depth = 0;
  while (true) {
    const slice = sliceAt(key, keyBytes, my.depth);
    const leaf = findLeaf(<usize>my.root, slice);
    const rank = kindFor(restAt(keyBytes, my.depth));
    const word = stableWord(leaf);
    const slot = matchingSlot(leaf, permutationOf(leaf), slice, rank);
    if (slot == NO_SLOT || kindOf(leaf, slot) != KIND_LAYER) return leaf;
    const link = linkOf(leaf, slot);
    if (!unchanged(leaf, word)) continue;
    my.root = <u32>link;
    my.depth++;
  }
}
/**
 * Whether the node is a leaf and covers the slice: certain under its lock; for a reader, if the
 * permutation was read before and the lock word is unchanged after.
 */
export function covers(leaf: usize, slice: u64): bool {
  const next = nextAndLevel(leaf);
  if (levelOfWord(next) != 0 || slice < lowkeyOf(leaf)) return false;
  return slice < highkeyOf(leaf) || nextOfWord(next) == 0;
}
/** Locks the leaf that covers the slice, starting from one that did: right along the B-link. */
export function lockLeaf(from: usize, slice: u64): usize {
  let leaf = from;
  while (true) {
    lock(leaf, INS);
    if (covers(leaf, slice)) return leaf;
    unlockLast();
    leaf = findLeaf(<usize>context().root, slice);
  }
}
