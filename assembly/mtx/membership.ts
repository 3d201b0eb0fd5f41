// Membership: taking a slot, joining as an incarnation, declaring one dead. docs/protocol.md 3.

import { GEN, OWNER } from "../layout/slot";
import { nextGeneration } from "../layout/state-word";
import { superblock } from "../layout/superblock";
import { bind, generationOf, slotLines } from "../sync/instance";
import { acquire32, swapped32 } from "../sync/shared";
import { isUnrecovered, recover, recoverAll } from "./recovery";
import { bindRing } from "./ring";

/**
 * Takes a slot for one new incarnation and returns its generation, 0 if it is owned. The owner word
 * names the generation that is owned, so the bump of GEN frees the slot and only this CAS takes it.
 */
export function takeSlot(slot: u32): u32 {
  const owned = acquire32(slotLines(slot) + OWNER);
  const generation = generationOf(slot);
  if (owned == generation) return 0;
  return swapped32(slotLines(slot) + OWNER, owned, generation) ? generation : 0;
}
/** Gives a slot back that was taken and never attached. */
export function returnSlot(slot: u32, generation: u32): void {
  swapped32(slotLines(slot) + OWNER, generation, 0);
}
/** The first act of an incarnation: it finishes what earlier ones of its slot left. */
export function attach(slot: u32, generation: u32): void {
  bind(slot, generation);
  recoverAll(slot);
  bindRing();
}
/**
 * On proof of death of (slot, generation) only. Whether this call or another one moved GEN, every
 * slot is recovered: a recoverer may have died, and so may an incarnation in its first act. A slot
 * that a live recoverer has claimed is left to it: should that one die, its own proof leads here
 * again, and a supervisor that waited for it could never receive that proof.
 */
export function declareDead(slot: u32, generation: u32): void {
  swapped32(slotLines(slot) + GEN, generation, nextGeneration(generation));
  for (let other: u32 = 1, n = superblock().slots; other <= n; other++) {
    while (isUnrecovered(other) && recover(other)) {}
  }
}
