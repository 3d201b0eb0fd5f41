// get: one key, no lock, no pin. Two labels, as in the paper: retry the leaf, go down a layer.

import { KIND_LAYER, KIND_LONG } from "../layout/node";
import { compareBytes } from "../layout/bytes";
import { keyOf as keyOfRecord, logRecord, valueOf } from "../layout/record";
import { awaitRecord, resolve } from "../log/resolve";
import { RETRIES, count } from "../sync/counters";
import { acquireFence } from "../sync/fence";
import { context } from "../sync/instance";
import {
  kindOf, linkAddress, linkOf, lockWord, permutationOf, unchanged,
} from "../sync/node-reads";
import { acquire32, acquire64 } from "../sync/shared";
import { callSlice, keyArea } from "./areas";
import { findLeaf, stableWord } from "./descend";
import { kindFor, restAt, sliceAt } from "./key";
import { covers } from "./locate";
import { NO_SLOT, matchingSlot } from "./match";
import { capture } from "./reads";

/**
 * Address of the value, 0 if the key is missing; its length is left in the context. The bytes may
 * be freed at any time: copy them, then ask `isStillValid`, and start again if it says no.
 * O(height) per layer. 0, and a frame noted as unread in the context: the record cannot be had.
 */
export function get(high: u32, low: u32, keyBytes: u32): usize {
  const key = keyArea(0);
  let root = <usize>acquire32(<usize>context().tree);
  let depth: u32 = 0;
  let slice = keyBytes <= 8 ? callSlice(high, low) : sliceAt(key, keyBytes, 0);
  while (true) {
    const rank = kindFor(restAt(keyBytes, depth));
    const leaf = findLeaf(root, slice);
    const word = stableWord(leaf);
    const slot = matchingSlot(leaf, permutationOf(leaf), slice, rank);
    if (slot == NO_SLOT) {
      // Highkey is looked at after the permutation: a key that a split moved is not missing.
      if (covers(leaf, slice) && unchanged(leaf, word)) {
        capture(leaf, word);
        return 0;
      }
      count(RETRIES);
      continue;
    }
    const kind = kindOf(leaf, slot);
    const link = linkOf(leaf, slot);
    if (kind == KIND_LAYER) {
      if (!unchanged(leaf, word)) continue;
      root = <usize>link;
      slice = sliceAt(key, keyBytes, ++depth);
      continue;
    }
    const record = resolve(link);
    const found = record != 0 && (kind != KIND_LONG || hasKey(record, key, keyBytes));
    const value = record != 0 ? valueOf(record) : 0;
    const length = record != 0 ? logRecord(record).valueBytes : 0;
    remember(leaf, word, link, linkAddress(leaf, slot));
    if (!linkHolds()) {
      count(RETRIES);
      continue;
    }
    if (record == 0) {
      if (!awaitRecord(link) && linkHolds()) return 0;
      context().unread = 0;
      continue;
    }
    capture(leaf, word);
    context().length = length;
    return found ? value : 0;
  }
}

/**
 * Whether the bytes that the last get looked at were the right ones until now: the leaf is
 * unchanged and still names the record. The word alone would not do: its holder may have published
 * another link and stand still, while a cleaner frees the record that was read.
 */
export function isStillValid(): bool {
  return linkHolds();
}
@inline function linkHolds(): bool {
  const my = context();
  // What the caller has read of the bytes, in JavaScript too, was read before the words below.
  acquireFence();
  return acquire64(<usize>my.linkAt) == my.link && lockWord(<usize>my.leaf) == my.leafWord;
}
function remember(leaf: usize, word: u64, link: u64, linkAt: usize): void {
  const my = context();
  my.leaf = <u32>leaf;
  my.leafWord = word;
  my.link = link;
  my.linkAt = <u32>linkAt;
}
@inline function hasKey(record: usize, key: usize, keyBytes: u32): bool {
  const bytes = <u32>logRecord(record).keyBytes;
  return compareBytes(keyOfRecord(record), bytes, key, keyBytes) == 0;
}
