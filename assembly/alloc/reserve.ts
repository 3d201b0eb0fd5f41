// The reserve: a few frames that ordinary allocation leaves alone, so that a full store can still
// clean itself after deletions. A cleaner that dies leaves the frame it had opened to its slot's
// next incarnation, so one frame would not do.

import { FREE_UNITS, superblock } from "../layout/superblock";
import { readWord } from "../mtx/words";
import { canAllocate } from "./buddy";

const RESERVE_FRAMES: u64 = 4;

/** Order of an ordinary frame. */
@inline export function frameOrder(): u32 {
  return superblock().frameShift - superblock().unitShift;
}
/**
 * Within an operation that has just allocated nodes: whether an eighth of the heap is left. Nodes
 * are never given back, so they must not take what overwrites need.
 */
export function leavesRoomForFrames(): bool {
  const heap = ((<u64>superblock().kib << 10) - <u64>superblock().heap) >> superblock().unitShift;
  return leavesReserve() && readWord(FREE_UNITS) >= (heap >> 3);
}
/** Within an operation that has just allocated: whether the reserve is still there. */
export function leavesReserve(): bool {
  return canAllocate(frameOrder()) && readWord(FREE_UNITS) >= RESERVE_FRAMES << frameOrder();
}
