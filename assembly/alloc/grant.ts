// Granting slots: what a supervisor does when a worker asks to attach.

import { superblock } from "../layout/superblock";
import { takeSlot } from "../mtx/membership";
import { ensureBlock } from "./block";

/** No slot is free. */
const NONE: u32 = 0;

/** Takes a free slot and gives it a block. Its number; 0: all are taken or memory is full. */
export function grantSlot(): u32 {
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    if (takeSlot(slot) != 0) return ensureBlock(slot) ? slot : NONE;
  }
  return NONE;
}
