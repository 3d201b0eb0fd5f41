// scan: a batch of entries in key order, forward or backward. Leaves are copied one by one, each as
// it was at one moment; between leaves the scan goes by key, so splits on the way do no harm. The
// host pins the instance around a batch and decodes what the output entries point to.
//
// The slices of the layers above are the prefix, in key area 2. A layer that is exhausted is left
// by looking its parent up again: layers end rarely, and nothing has to be kept valid meanwhile.

import { HIGHEST, KIND_LAYER, levelOfWord, nextOfWord } from "../layout/node";
import { compareBytes, readSlice, writeSlice } from "../layout/bytes";
import { OutputEntry } from "../layout/plan";
import { farByte, keyOf as keyOfRecord, logRecord, valueOf } from "../layout/record";
import { SCAN_OFFSET, ScanState } from "../layout/scan-state";
import { shadowAt } from "../mtx/shadow";
import { context, contextAddress } from "../sync/instance";
import {
  copyNode, highkeyOf, kindOf, linkOf, lowkeyOf, nextAndLevel, permutationOf, unchanged,
} from "../sync/node-reads";
import { acquire32 } from "../sync/shared";
import { keyArea, outputArea } from "./areas";
import { findLeaf, stableWord } from "./descend";
import { RANK_LONG, kindFor, restAt, sliceAt } from "./key";
import { NO_SLOT, matchingSlot } from "./match";
import { capture } from "./reads";
import { scanBackward, scanForward } from "./scan-leaf";

@inline export const REVERSE: u32 = 1;
@inline export const HAS_START: u32 = 2;
@inline export const WITH_START: u32 = 4;
@inline export const HAS_END: u32 = 8;
@inline export const WITH_END: u32 = 16;

/** What a leaf has come to. */
@inline export const LEAF_DONE: u32 = 0;
@inline export const INTO_LAYER: u32 = 1;
@inline export const SCAN_DONE: u32 = 2;

@inline export function scanState(): ScanState {
  return changetype<ScanState>(contextAddress + SCAN_OFFSET);
}

/**
 * Fills the output area with at most `wanted` entries. Key area 0 holds where to start (in scan
 * direction), area 1 where to end. Returns how many; fewer than wanted: the range is exhausted, or
 * the context names a frame as unread, and the record behind the last entry cannot be had.
 * O(height + entries) per layer touched.
 */
export function scan(flags: u32, startBytes: u32, endBytes: u32, wanted: u32): u32 {
  const at = scanState();
  at.flags = flags;
  at.startBytes = startBytes;
  at.endBytes = endBytes;
  at.wanted = wanted;
  at.found = 0;
  at.root = acquire32(<usize>context().tree);
  at.depth = 0;
  at.onPath = flags & HAS_START;
  enterLayer(at);
  const view = shadowAt(0);
  let hint: usize = 0;
  while (true) {
    copyCovering(at, view, hint);
    hint = 0;
    const outcome = flags & REVERSE ? scanBackward(at, view) : scanForward(at, view);
    if (outcome == SCAN_DONE) return at.found;
    if (outcome == INTO_LAYER) continue;
    const more = flags & REVERSE ? beforeLeaf(at, view) : behindLeaf(at, view);
    if (more) hint = flags & REVERSE ? 0 : nextOfWord(nextAndLevel(view));
    else if (!leaveLayer(at)) return at.found;
  }
}

/** Puts the cursor at the start of a layer: on the way to the start key, or at its edge. */
export function enterLayer(at: ScanState): void {
  if (at.onPath) {
    at.slice = sliceAt(keyArea(0), at.startBytes, at.depth);
    at.rank = kindFor(restAt(at.startBytes, at.depth));
  } else {
    at.slice = at.flags & REVERSE ? HIGHEST : 0;
    at.rank = at.flags & REVERSE ? RANK_LONG : 0;
  }
}
/** Goes down into the layer of the entry at the cursor's slice. */
export function goDown(at: ScanState, slice: u64, root: usize): void {
  const leadsToStart = at.onPath && restAt(at.startBytes, at.depth) > 8 &&
    slice == sliceAt(keyArea(0), at.startBytes, at.depth);
  at.onPath = leadsToStart ? 1 : 0;
  writeSlice(keyArea(2) + (<usize>at.depth << 3), slice);
  at.root = <u32>root;
  at.depth++;
  enterLayer(at);
}
/** Leaves an exhausted layer: on behind (or before) its entry in the layer above. */
function leaveLayer(at: ScanState): bool {
  if (at.depth == 0) return false;
  at.depth--;
  at.slice = readSlice(keyArea(2) + (<usize>at.depth << 3), 8);
  at.rank = at.flags & REVERSE ? RANK_LONG - 1 : RANK_LONG + 1;
  at.root = <u32>rootOfLayer(at.depth);
  return true;
}
/** Root of the layer under the first `depth` slices of the prefix; layers are never taken away. */
function rootOfLayer(depth: u32): usize {
  let root = <usize>acquire32(<usize>context().tree);
  let i: u32 = 0;
  while (i < depth) {
    const slice = readSlice(keyArea(2) + (<usize>i << 3), 8);
    const leaf = findLeaf(root, slice);
    const word = stableWord(leaf);
    const slot = matchingSlot(leaf, permutationOf(leaf), slice, RANK_LONG);
    const link = slot == NO_SLOT ? 0 : linkOf(leaf, slot);
    const isLayer = slot != NO_SLOT && kindOf(leaf, slot) == KIND_LAYER;
    if (!unchanged(leaf, word) || !isLayer) continue;
    root = <usize>link;
    i++;
  }
  return root;
}
/** Forward: on at the next leaf. False: this was the last of the layer. */
function behindLeaf(at: ScanState, view: usize): bool {
  at.slice = highkeyOf(view);
  at.rank = 0;
  return nextOfWord(nextAndLevel(view)) != 0;
}
/** Backward: on at the leaf that covers the slice before this one's first. */
function beforeLeaf(at: ScanState, view: usize): bool {
  at.slice = lowkeyOf(view) - 1;
  at.rank = RANK_LONG;
  return lowkeyOf(view) != 0;
}

/** Copies the leaf that covers the cursor's slice; the hint is tried first. */
function copyCovering(at: ScanState, view: usize, hint: usize): void {
  let leaf = hint;
  while (true) {
    if (leaf == 0) leaf = findLeaf(<usize>at.root, at.slice);
    const word = stableWord(leaf);
    if (copyNode(view, leaf, word) && coversCursor(at, view)) {
      capture(leaf, word);
      return;
    }
    leaf = 0;
  }
}
@inline function coversCursor(at: ScanState, view: usize): bool {
  const next = nextAndLevel(view);
  if (levelOfWord(next) != 0 || at.slice < lowkeyOf(view)) return false;
  return at.slice < highkeyOf(view) || nextOfWord(next) == 0;
}

/** Adds an entry to the output. True: there are as many as wanted. */
export function emit(at: ScanState, record: usize): bool {
  const out = changetype<OutputEntry>(outputArea() + (<usize>at.found << 4));
  out.key = <u32>keyOfRecord(record);
  out.keyBytes = logRecord(record).keyBytes;
  out.value = <u32>valueOf(record);
  out.valueBytes = logRecord(record).valueBytes;
  // Nobody reads the sum; without it the compiler would take the read away.
  at.touched += farByte(record);
  return ++at.found == at.wanted;
}
/** Negative, zero, positive: the record's key against the start (0) or the end (1) of the scan. */
export function compareWith(record: usize, area: u32, bytes: u32): i32 {
  const keyBytes = <u32>logRecord(record).keyBytes;
  return compareBytes(keyOfRecord(record), keyBytes, keyArea(area), bytes);
}
