// Climbing: after the leaves of an operation are done, the level above learns of the nodes that
// splits made, then the level above that. One level at a time, deepest layers first, left to
// right: the global lock order.

import { climbOffset, CLIMB_ENTRY } from "../layout/block";
import { SMO } from "../layout/lock-word";
import { levelOfWord, nextOfWord } from "../layout/node";
import { countOf } from "../layout/permutation";
import { ClimbEntry } from "../layout/plan";
import { superblock } from "../layout/superblock";
import { hasRoomForLock, isMine, lock, unlockLast } from "../mtx/locks";
import { edit, shadowOf } from "../mtx/shadow";
import { context, myBlock } from "../sync/instance";
import { highkeyOf, nextAndLevel } from "../sync/node-reads";
import { insertSorted, splitInsert } from "./split";
import { findWorking, permutationIn } from "./working";

@inline function entryAt(i: u32): ClimbEntry {
  return changetype<ClimbEntry>(myBlock + climbOffset() + <usize>i * CLIMB_ENTRY);
}
/** Remembers that `child` covers slices from `slice` on, which its parent has to be told. */
export function queueParent(root: usize, level: u32, slice: u64, child: usize): void {
  const entry = entryAt(context().climb++);
  entry.root = <u32>root;
  entry.level = level;
  entry.slice = slice;
  entry.child = <u32>child;
  entry.depth = context().depth;
}
/** Tells all parents. False: no lock or no node at hand, the caller abandons. */
export function climb(): bool {
  let done: u32 = 0;
  for (let level: u32 = 1; done < context().climb; level++) {
    for (let depth = deepest(); ; depth--) {
      for (let i: u32 = 0; i < context().climb; i++) {
        const entry = entryAt(i);
        if (entry.level != level || entry.depth != depth) continue;
        context().depth = depth;
        if (!insertParent(entry)) return false;
        done++;
      }
      if (depth == 0) break;
    }
  }
  return true;
}
function deepest(): u32 {
  let depth: u32 = 0;
  for (let i: u32 = 0; i < context().climb; i++) depth = max<u32>(depth, entryAt(i).depth);
  return depth;
}
function insertParent(entry: ClimbEntry): bool {
  const shadow = openParent(<usize>entry.root, entry.slice, entry.level);
  if (!shadow) return false;
  if (countOf(permutationIn(shadow)) == superblock().width) {
    return splitInsert(shadow, <usize>entry.root, entry.slice, 0, entry.child);
  }
  insertSorted(shadow, entry.slice, 0, entry.child);
  return true;
}
/** The shadow of the inner node that covers the slice, locked; 0: as many locks as there may be. */
function openParent(root: usize, slice: u64, level: u32): usize {
  let node = findWorking(root, slice, level);
  while (!isMine(node)) {
    if (!hasRoomForLock()) return 0;
    lock(node, SMO);
    const next = nextAndLevel(node);
    if (levelOfWord(next) == level && slice < highkeyOf(node)) return edit(node);
    if (levelOfWord(next) == level && nextOfWord(next) == 0) return edit(node);
    // It has split or, being a root, grown since we found it.
    unlockLast();
    node = findWorking(root, slice, level);
  }
  return shadowOf(node);
}
