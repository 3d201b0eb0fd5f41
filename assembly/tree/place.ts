// Placing and removing one entry in the working copy of its leaf.

import { compareBytes } from "../layout/bytes";
import { KIND_LAYER, KIND_LONG } from "../layout/node";
import { countOf, withRemoved } from "../layout/permutation";
import { keyOf as keyOfRecord, logRecord } from "../layout/record";
import { superblock } from "../layout/superblock";
import { countDead } from "../log/dead";
import { isLostTo, resolve } from "../log/resolve";
import { awaitFrame } from "../sync/cold";
import { context } from "../sync/instance";
import { kindOf } from "../sync/node-reads";
import { kindFor, rankOf, restAt, sliceAt } from "./key";
import { pushDown } from "./layer";
import { NO_SLOT, matchingSlot } from "./match";
import { insertSorted, splitInsert } from "./split";
import { linkIn, lowerBound, permutationIn, setLink, setPermutation } from "./working";

/**
 * What became of it: done, nothing to do, out of nodes or locks, or the key is a layer deeper. Or a
 * record is needed, and its frame, which the context names as unread, is to be loaded; or never
 * will be.
 */
@inline export const DONE: i32 = 1;
@inline export const MISSING: i32 = 0;
@inline export const NEEDS_MORE: i32 = -1;
@inline export const DEEPER: i32 = -2;
@inline export const NOT_LOADED: i32 = -12;
@inline export const UNREADABLE: i32 = -13;

/**
 * Links the key of a record in the leaf `shadow` of the layer (root, depth) in the context:
 * replaces its link, inserts it, splits the leaf, or makes a layer where another long key has the
 * same slice.
 */
export function place(shadow: usize, key: usize, keyBytes: u32, link: u64): i32 {
  const depth = context().depth;
  const slice = sliceAt(key, keyBytes, depth);
  const kind = kindFor(restAt(keyBytes, depth));
  const slot = matchingSlot(shadow, permutationIn(shadow), slice, kind);
  if (slot == NO_SLOT) {
    if (countOf(permutationIn(shadow)) == superblock().width) {
      const root = <usize>context().root;
      return splitInsert(shadow, root, slice, kind, link) ? DONE : NEEDS_MORE;
    }
    insertSorted(shadow, slice, kind, link);
    return DONE;
  }
  const there = kindOf(shadow, slot);
  if (there == KIND_LAYER) return DEEPER;
  const old = linkIn(shadow, slot);
  if (there == KIND_LONG) {
    const known = resolve(old);
    if (known == 0) return lacking(old);
    if (!hasKey(known, key, keyBytes)) {
      return pushDown(shadow, slot, slice, known, key, keyBytes, link) ? DONE : NEEDS_MORE;
    }
  }
  if (!countDead(old)) return lacking(old);
  setLink(shadow, slot, link);
  return DONE;
}

/** Takes the key's entry out of the leaf; its slot stays unused under this lock word. */
export function take(shadow: usize, key: usize, keyBytes: u32): i32 {
  const depth = context().depth;
  const slice = sliceAt(key, keyBytes, depth);
  const kind = kindFor(restAt(keyBytes, depth));
  const p = permutationIn(shadow);
  const slot = matchingSlot(shadow, p, slice, kind);
  if (slot == NO_SLOT) return MISSING;
  const there = kindOf(shadow, slot);
  if (there == KIND_LAYER) return DEEPER;
  const old = linkIn(shadow, slot);
  if (there == KIND_LONG) {
    const known = resolve(old);
    if (known == 0) return lacking(old);
    if (!hasKey(known, key, keyBytes)) return MISSING;
  }
  if (!countDead(old)) return lacking(old);
  setPermutation(shadow, withRemoved(p, lowerBound(shadow, p, slice, rankOf(kind))));
  return DONE;
}

@inline function hasKey(record: usize, key: usize, keyBytes: u32): bool {
  const bytes = <u32>logRecord(record).keyBytes;
  return compareBytes(keyOfRecord(record), bytes, key, keyBytes) == 0;
}
/** The record of a link is needed and does not resolve. */
function lacking(link: u64): i32 {
  return isLostTo(link) ? UNREADABLE : NOT_LOADED;
}
/**
 * After an operation was abandoned: whether it may be tried again, because the frame that it lacked
 * was loaded.
 */
export function awaitLacking(outcome: i32): bool {
  return outcome == NOT_LOADED && awaitFrame(context().unread);
}
