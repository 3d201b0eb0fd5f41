// One leaf of a scan, from its private copy: entries from the cursor on are put out; a layer's
// entry stops the leaf, the scan goes on inside. The caller is pinned, so records stay.

import { KIND_LAYER, nextOfWord } from "../layout/node";
import { countOf, slotAt } from "../layout/permutation";
import { ScanState } from "../layout/scan-state";
import { awaitRecord, resolve } from "../log/resolve";
import { highkeyOf, keyOf, kindOf, linkOf, nextAndLevel, permutationOf } from "../sync/node-reads";
import {
  HAS_END, INTO_LAYER, LEAF_DONE, SCAN_DONE, WITH_END, WITH_START, compareWith, emit, goDown,
} from "./scan";
import { lowerBound } from "./working";

/** What an entry has come to, beside INTO_LAYER and SCAN_DONE. */
@inline const GO_ON: u32 = 3;

export function scanForward(at: ScanState, view: usize): u32 {
  const p = permutationOf(view);
  for (let i = lowerBound(view, p, at.slice, at.rank), n = countOf(p); i < n; i++) {
    const slot = slotAt(p, i);
    if (isMovedAway(view, slot)) break;
    const outcome = visit(at, view, slot, 1);
    if (outcome != GO_ON) return outcome;
  }
  return LEAF_DONE;
}
export function scanBackward(at: ScanState, view: usize): u32 {
  const p = permutationOf(view);
  for (let i = lowerBound(view, p, at.slice, at.rank + 1); i > 0; i--) {
    const slot = slotAt(p, i - 1);
    if (isMovedAway(view, slot)) continue;
    const outcome = visit(at, view, slot, -1);
    if (outcome != GO_ON) return outcome;
  }
  return LEAF_DONE;
}
/** A split in progress: highkey is set, the permutation still names what went right. */
@inline function isMovedAway(view: usize, slot: u32): bool {
  return keyOf(view, slot) >= highkeyOf(view) && nextOfWord(nextAndLevel(view)) != 0;
}
function visit(at: ScanState, view: usize, slot: u32, direction: i32): u32 {
  const link = linkOf(view, slot);
  if (kindOf(view, slot) == KIND_LAYER) {
    goDown(at, keyOf(view, slot), <usize>link);
    return INTO_LAYER;
  }
  let record = resolve(link);
  if (record == 0) {
    // The caller's pin keeps the frame; what cannot be had ends the scan, and the context says so.
    if (!awaitRecord(link)) return SCAN_DONE;
    record = resolve(link);
  }
  if (at.onPath) {
    const order = compareWith(record, 0, at.startBytes) * direction;
    if (order < 0 || (order == 0 && !(at.flags & WITH_START))) return GO_ON;
    at.onPath = 0;
  }
  if (at.flags & HAS_END) {
    const order = compareWith(record, 1, at.endBytes) * direction;
    if (order > 0 || (order == 0 && !(at.flags & WITH_END))) return SCAN_DONE;
  }
  return emit(at, record) ? SCAN_DONE : GO_ON;
}
