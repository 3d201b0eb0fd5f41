// Magazines: fresh nodes that a slot has taken from the heap beforehand, so that an operation can
// have nodes without the allocator's lock. A run is consecutive nodes; magazine A is the run in
// use (next, end), magazine B the newest spare run. A spare run links to the one below it in the
// NEXT word of its first node: (run below, end of this run).

import { SMO } from "../layout/lock-word";
import { NEXT, NODE_BYTES } from "../layout/node";
import { UNIT_NODES } from "../layout/unit-kinds";
import { MAGAZINE_A, MAGAZINE_B } from "../layout/slot";
import { ALLOCATOR_LOCK, superblock } from "../layout/superblock";
import { highOf, lowOf, pair } from "../layout/tables";
import { abandon, begin, commitWords } from "../mtx/commit";
import { hasRoomForLock, lock } from "../mtx/locks";
import { create } from "../mtx/shadow";
import { readWord, writeWord, zeroRange } from "../mtx/words";
import { self } from "../sync/instance";
import { allocateExtent, bytesOfOrder, orderFor } from "./buddy";
import { setKind } from "./kinds";
import { leavesRoomForFrames } from "./reserve";

/** Nodes that my slot can still give, up to `enough`. */
export function nodesAtHand(enough: u32): u32 {
  const a = readWord(self + MAGAZINE_A);
  let nodes = (highOf(a) - lowOf(a)) / <u32>NODE_BYTES;
  let run = <usize>readWord(self + MAGAZINE_B);
  while (run != 0 && nodes < enough) {
    const spare = readWord(run + NEXT);
    nodes += (highOf(spare) - <u32>run) / <u32>NODE_BYTES;
    run = <usize>lowOf(spare);
  }
  return nodes;
}

/**
 * Takes a fresh node, locked by this operation, as an empty shadow. 0: the magazine is empty or the
 * operation holds as many locks as it may; the caller abandons.
 */
export function takeNode(): usize {
  let a = readWord(self + MAGAZINE_A);
  if (lowOf(a) == highOf(a)) {
    const run = <usize>readWord(self + MAGAZINE_B);
    if (run == 0) return 0;
    const spare = readWord(run + NEXT);
    writeWord(self + MAGAZINE_B, lowOf(spare));
    a = pair(<u32>run, highOf(spare));
  }
  if (!hasRoomForLock()) return 0;
  writeWord(self + MAGAZINE_A, pair(lowOf(a) + <u32>NODE_BYTES, highOf(a)));
  const node = <usize>lowOf(a);
  lock(node, SMO);
  return create(node);
}

/** Puts a run of at least `wanted` nodes behind the magazine. False: the heap has none to give. */
export function refillNodes(wanted: u32): bool {
  begin();
  lock(ALLOCATOR_LOCK, SMO);
  const order = orderFor(max<u32>(wanted, superblock().runNodes) * <u32>NODE_BYTES);
  const run = allocateExtent(order);
  if (run == 0 || !leavesRoomForFrames()) {
    abandon();
    return false;
  }
  // Free heap may have held log frames: what stood there must not look like a held lock.
  zeroRange(run, bytesOfOrder(order));
  setKind(run, order, UNIT_NODES);
  writeWord(run + NEXT, pair(<u32>readWord(self + MAGAZINE_B), <u32>run + bytesOfOrder(order)));
  writeWord(self + MAGAZINE_B, run);
  return commitWords();
}
