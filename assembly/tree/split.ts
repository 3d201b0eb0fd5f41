// Splitting full nodes, in shadows. The right half goes to a fresh node; a root keeps its address
// and grows in place: its content moves to two fresh nodes and it becomes their parent, so no link
// to a layer ever has to change. What the level above must learn is queued for climb.

import { HIGHEST, HIGHKEY, LEFTMOST, NEXT, nextWord } from "../layout/node";
import { EMPTY, countOf, slotAt, truncated } from "../layout/permutation";
import { takeNode } from "../alloc/magazine";
import { nodeOf, setShadowWord, shadowWord } from "../mtx/shadow";
import { SPLITS, count } from "../sync/counters";
import { keyOf } from "../sync/node-reads";
import { queueParent } from "./climb";
import { rankOf } from "./key";
import {
  appendEntry, highkeyIn, insertAt, levelIn, linkIn, lowerBound, nextIn, permutationIn,
  placeInLevel, setLeftmost, setPermutation,
} from "./working";

/**
 * Splits the full node `shadow` of the layer under `root` and inserts the entry that did not fit.
 * False: no fresh nodes at hand, the caller abandons.
 */
export function splitInsert(shadow: usize, root: usize, slice: u64, kind: u32, link: u64): bool {
  count(SPLITS);
  return nodeOf(shadow) == root
    ? growRoot(shadow, slice, kind, link)
    : splitRight(shadow, root, slice, kind, link);
}

function splitRight(left: usize, root: usize, slice: u64, kind: u32, link: u64): bool {
  const right = takeNode();
  if (!right) return false;
  const level = levelIn(left);
  const cut = cutPosition(left, slice);
  const separator = separatorAt(left, cut, slice);
  placeInLevel(right, level, separator, highkeyIn(left), nextIn(left));
  moveUpper(left, right, cut);
  setShadowWord(left, NEXT, nextWord(nodeOf(right), level));
  setShadowWord(left, HIGHKEY, separator);
  const isLast = cut == countOf(permutationIn(left));
  if (!isLast) setPermutation(left, truncated(permutationIn(left), cut));
  if (isLast && level > 0) setLeftmost(right, link);
  else insertSorted(slice < separator ? left : right, slice, kind, link);
  queueParent(root, level + 1, separator, nodeOf(right));
  return true;
}

function growRoot(root: usize, slice: u64, kind: u32, link: u64): bool {
  const left = takeNode();
  const right = left ? takeNode() : 0;
  if (!right) return false;
  const level = levelIn(root);
  const cut = cutPosition(root, slice);
  const separator = separatorAt(root, cut, slice);
  placeInLevel(left, level, 0, separator, nodeOf(right));
  placeInLevel(right, level, separator, HIGHEST, 0);
  setPermutation(left, EMPTY);
  setLeftmost(left, shadowWord(root, LEFTMOST));
  for (let i: u32 = 0; i < cut; i++) appendEntry(left, root, i);
  moveUpper(root, right, cut);
  if (cut == countOf(permutationIn(root)) && level > 0) setLeftmost(right, link);
  else insertSorted(slice < separator ? left : right, slice, kind, link);
  setShadowWord(root, NEXT, nextWord(0, level + 1));
  setLeftmost(root, nodeOf(left));
  setPermutation(root, EMPTY);
  insertAt(root, 0, separator, 0, nodeOf(right));
  return true;
}

/**
 * Position of the first entry that goes right. Entries of one slice stay together, because
 * separators are slices. At the right edge an ascending insert leaves the left node full.
 */
function cutPosition(node: usize, slice: u64): u32 {
  const p = permutationIn(node);
  const n = countOf(p);
  if (slice > keyOf(node, slotAt(p, n - 1)) && nextIn(node) == 0) return n;
  const middle = n >> 1;
  for (let away: u32 = 0; away < n; away++) {
    if (middle + away < n && isBoundary(node, p, middle + away)) return middle + away;
    if (away < middle && isBoundary(node, p, middle - away)) return middle - away;
  }
  // One slice fills the node, which at most WIDTH_MAX - 2 entries can do: the width is a toy's.
  if (slice == keyOf(node, slotAt(p, 0))) unreachable();
  return slice < keyOf(node, slotAt(p, 0)) ? 0 : n;
}
@inline function isBoundary(node: usize, p: u64, i: u32): bool {
  return i > 0 && keyOf(node, slotAt(p, i - 1)) != keyOf(node, slotAt(p, i));
}
/** First slice of the right node. */
function separatorAt(node: usize, cut: u32, slice: u64): u64 {
  const p = permutationIn(node);
  return cut < countOf(p) ? keyOf(node, slotAt(p, cut)) : slice;
}
/** Entries from the cut on; in an inner node the one at the cut becomes the leftmost child. */
function moveUpper(source: usize, right: usize, cut: u32): void {
  const p = permutationIn(source);
  setPermutation(right, EMPTY);
  let from = cut;
  if (levelIn(source) > 0 && cut < countOf(p)) {
    setLeftmost(right, linkIn(source, slotAt(p, cut)));
    from++;
  }
  for (let i = from; i < countOf(p); i++) appendEntry(right, source, i);
}
/** Inserts into a node that has room. */
export function insertSorted(shadow: usize, slice: u64, kind: u32, link: u64): void {
  const position = lowerBound(shadow, permutationIn(shadow), slice, rankOf(kind));
  insertAt(shadow, position, slice, kind, link);
}
