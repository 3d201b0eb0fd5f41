// Granting slots: what a supervisor does when a worker asks to attach.

import { superblock } from "../layout/superblock";
import { ensureBlock } from "../alloc/block";
import { returnSlot, takeSlot } from "../mtx/membership";
import { cleanForBlock } from "./room";

/** No slot is free, or there is no memory for one more instance. */
const NONE: u32 = 0;

/** Takes a free slot and gives it a block, cleaning for it if need be. Its number, or NONE. */
export function grantSlot(): u32 {
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    const generation = takeSlot(slot);
    if (generation == 0) continue;
    while (!ensureBlock(slot)) {
      if (cleanForBlock()) continue;
      returnSlot(slot, generation);
      return NONE;
    }
    return slot;
  }
  return NONE;
}
