// Finding the node that covers a slice, without locks: down by children, right along the B-link
// (Lehman and Yao). Hand over hand: a child or a right neighbour is followed only if the lock word
// of the node it was read from has not changed.

import { isApplying, slotOf } from "../layout/lock-word";
import { levelOfWord, nextOfWord } from "../layout/node";
import { countOf, liveOf, slotAt } from "../layout/permutation";
import { superblock } from "../layout/superblock";
import { RETRIES, count } from "../sync/counters";
import { holderIsDead } from "../sync/instance";
import {
  highkeyOf, leftmostOf, linkOf, lockWord, nextAndLevel, permutationOf, slotsAbove, unchanged,
} from "../sync/node-reads";
import { sleepOn } from "../sync/park";
import { recover } from "../mtx/recovery";

/**
 * The node's lock word when it is not APPLYING. A dead holder's apply is finished here; a live one
 * is waited for: it is between its commit and its release, and needs nobody.
 */
export function stableWord(node: usize): u64 {
  let spins = superblock().spins;
  while (true) {
    const word = lockWord(node);
    if (!isApplying(word)) return word;
    if (holderIsDead(word)) recover(slotOf(word));
    else if (spins > 0) spins--;
    else sleepOn(node, word);
  }
}

/** The child of an inner node (or of its working copy) for a slice. */
@inline export function childFor(node: usize, slice: u64): usize {
  const p = permutationOf(node);
  const rank = countOf(p) - popcnt(slotsAbove(node, slice) & liveOf(p));
  return <usize>(rank == 0 ? leftmostOf(node) : linkOf(node, slotAt(p, rank - 1)));
}

/**
 * From `from` down to the node at `level` that covers the slice; it covered it a moment ago and may
 * have split since. `from` is at `level` or above. O(height).
 */
export function findNode(from: usize, slice: u64, level: u32): usize {
  let node = from;
  while (true) {
    const word = stableWord(node);
    const high = highkeyOf(node);
    const next = nextAndLevel(node);
    let to: usize = 0;
    if (slice >= high) to = nextOfWord(next);
    if (to == 0) {
      if (levelOfWord(next) == level) return node;
      to = childFor(node, slice);
    }
    if (unchanged(node, word)) node = to;
    else count(RETRIES);
  }
}
@inline export function findLeaf(root: usize, slice: u64): usize {
  return findNode(root, slice, 0);
}
