// Leases of the journal workers: a word names the incarnation that has a task. It is void when that
// is dead, so nobody has to take it away.

import { highOf, lowOf, pair } from "../layout/tables";
import { context, incarnationIsDead, mySlot } from "../sync/instance";
import { acquire64, publish64, swapped64 } from "../sync/shared";

@inline function mine(): u64 {
  return pair(mySlot, context().generation);
}
@inline export function isMine(lease: usize): bool {
  return acquire64(lease) == mine();
}
/** Whether nobody alive holds what the word says. */
@inline export function isVoid(held: u64): bool {
  return held == 0 || incarnationIsDead(lowOf(held), highOf(held));
}
/** Takes the lease if it is nobody's. */
export function takeLease(lease: usize): bool {
  const held = acquire64(lease);
  return isVoid(held) && swapped64(lease, held, mine());
}
export function leaveLease(lease: usize): void {
  publish64(lease, 0);
}
