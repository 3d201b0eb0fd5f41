// Granting slots: what a supervisor does when a worker asks to attach.

import { superblock } from "../layout/superblock";
import { returnSlot, takeSlot } from "../mtx/membership";
import { ensureBlock } from "./block";

/** No slot is free, or there is no memory for one more instance just now. */
const NONE: u32 = 0;

/** Takes a free slot and gives it a block. Its number, or NONE; it never waits without bound. */
export function grantSlot(): u32 {
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    const generation = takeSlot(slot);
    if (generation == 0) continue;
    if (ensureBlock(slot)) return slot;
    returnSlot(slot, generation);
    return NONE;
  }
  return NONE;
}
