// Placing and removing one entry in the working copy of its leaf.

import { compareBytes } from "../layout/bytes";
import { KIND_LAYER, KIND_LONG } from "../layout/node";
import { countOf, withRemoved } from "../layout/permutation";
import { keyOf as keyOfRecord, logRecord } from "../layout/record";
import { superblock } from "../layout/superblock";
import { countDead } from "../log/dead";
import { resolve } from "../log/resolve";
import { context } from "../sync/instance";
import { kindOf } from "../sync/node-reads";
import { kindFor, rankOf, restAt, sliceAt } from "./key";
import { pushDown } from "./layer";
import { NO_SLOT, matchingSlot } from "./match";
import { insertSorted, splitInsert } from "./split";
import { linkIn, lowerBound, permutationIn, setLink, setPermutation } from "./working";

/** What became of it: done, nothing to do, out of nodes or locks, or the key is a layer deeper. */
@inline export const DONE: i32 = 1;
@inline export const MISSING: i32 = 0;
@inline export const NEEDS_MORE: i32 = -1;
@inline export const DEEPER: i32 = -2;

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
  if (there == KIND_LONG && !sameKey(old, key, keyBytes)) {
    return pushDown(shadow, slot, slice, key, keyBytes, link) ? DONE : NEEDS_MORE;
  }
  countDead(old);
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
  if (there == KIND_LONG && !sameKey(old, key, keyBytes)) return MISSING;
  countDead(old);
  setPermutation(shadow, withRemoved(p, lowerBound(shadow, p, slice, rankOf(kind))));
  return DONE;
}

function sameKey(link: u64, key: usize, keyBytes: u32): bool {
  const record = resolve(link);
  const bytes = <u32>logRecord(record).keyBytes;
  return compareBytes(keyOfRecord(record), bytes, key, keyBytes) == 0;
}
