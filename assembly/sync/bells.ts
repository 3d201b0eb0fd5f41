// Bells: how a sleeper of the host is woken. The sleeper stores 1 in a bell of its own slot, looks
// again at what it waits for, and sleeps on the bell itself while it is 1, with a bound. Whoever
// has changed something takes the 1 away by a CAS and, if it won, notifies: a bell that is rung
// between the look and the sleep is no longer 1, so the sleep does not begin. (A flag beside the
// word that is slept on would lose that wake-up.) One bell is for blocking waits, one for
// asynchronous ones: a notify must not be swallowed by a waiter of the other kind.

import { BELL, BELL_ASYNC } from "../layout/slot";
import { STREAM_ID, superblock } from "../layout/superblock";
import { slotLines } from "./instance";
import { wakeAt } from "./park";
import { acquire32, acquire64, swapped32 } from "./shared";

/** Wakes whoever sleeps in the slot. */
export function ring(slot: u32): void {
  const bells = slotLines(slot) + BELL;
  if (acquire64(bells) == 0) return;
  ringOne(bells);
  ringOne(bells + (BELL_ASYNC - BELL));
}
function ringOne(bell: usize): void {
  if (acquire32(bell) == 1 && swapped32(bell, 1, 0)) wakeAt(bell);
}
/**
 * Wakes everybody: after a death nobody knows whom the dead one would have woken. It may have died
 * between its CAS and its notify, so bells that are 0 are notified, too. O(slots).
 */
export function ringAll(): void {
  if (acquire64(STREAM_ID) == 0) return;
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    const bells = slotLines(slot) + BELL;
    ringAnyway(bells);
    ringAnyway(bells + (BELL_ASYNC - BELL));
  }
}
function ringAnyway(bell: usize): void {
  swapped32(bell, 1, 0);
  wakeAt(bell);
}
