// Layers: where two keys are longer than a slice and share it, their entry becomes the root of a
// tree over the slices behind it. Keys that share more slices get a layer for each.

import { EMPTY } from "../layout/permutation";
import { KIND_LAYER, KIND_LONG } from "../layout/node";
import { keyOf as keyOfRecord, logRecord } from "../layout/record";
import { takeNode } from "../alloc/magazine";
import { nodeOf } from "../mtx/shadow";
import { LAYERS, count } from "../sync/counters";
import { context } from "../sync/instance";
import { kindFor, restAt, sliceAt } from "./key";
import { insertSorted } from "./split";
import { fillSlot, linkIn, placeAsRoot, setPermutation } from "./working";

/** An empty leaf that is the root of its layer; 0 if there is no node at hand. */
function newLayer(): usize {
  const root = takeNode();
  if (!root) return 0;
  count(LAYERS);
  placeAsRoot(root, 0);
  setPermutation(root, EMPTY);
  return root;
}

/**
 * Replaces the long key in `slot`, whose record is `oldRecord`, by a layer that holds it and the
 * new key, which has the same slice there. False: no node at hand. O(shared slices).
 */
export function pushDown(
  shadow: usize, slot: u32, slice: u64, oldRecord: usize, key: usize, keyBytes: u32, link: u64,
): bool {
  const oldLink = linkIn(shadow, slot);
  const oldKey = keyOfRecord(oldRecord);
  const oldBytes = <u32>logRecord(oldRecord).keyBytes;
  const top = newLayer();
  if (!top) return false;
  let root = top;
  for (let depth = context().depth + 1; ; depth++) {
    const mine = sliceAt(key, keyBytes, depth);
    const other = sliceAt(oldKey, oldBytes, depth);
    const kind = kindFor(restAt(keyBytes, depth));
    const otherKind = kindFor(restAt(oldBytes, depth));
    if (mine != other || kind != KIND_LONG || otherKind != KIND_LONG) {
      insertSorted(root, other, otherKind, oldLink);
      insertSorted(root, mine, kind, link);
      break;
    }
    const below = newLayer();
    if (!below) return false;
    insertSorted(root, mine, KIND_LAYER, nodeOf(below));
    root = below;
  }
  fillSlot(shadow, slot, slice, KIND_LAYER, nodeOf(top));
  return true;
}
