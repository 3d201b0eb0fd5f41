// Rounds of the journal worker, as writers see them: asking for one, and sleeping until records
// have been drained. Words of the superblock; each has one kind of sleeper.

import {
  DRAINED, FLUSHED, FLUSH_BELL, FLUSH_SIGNAL, ROUND_WANTED, superblock,
} from "../layout/superblock";
import { sleepUntilChanged, wakeAt } from "./park";
import { acquire32, acquire64, add32, swapped32 } from "./shared";

/** Wakes the journal worker, once until it begins its next round. */
export function askForRound(): void {
  if (acquire32(ROUND_WANTED) == 0 && swapped32(ROUND_WANTED, 0, 1)) wakeAt(ROUND_WANTED);
}
/** How often records have been drained; read before looking for room. */
@inline export function drainCount(): u32 {
  return acquire32(DRAINED);
}
/** Sleeps until records are drained after `seen` was read, or a while. */
export function awaitDrain(seen: u32): void {
  sleepUntilChanged(DRAINED, seen);
}
/** Whether everything of this epoch is in the files; asks for a round if not. */
export function isFlushed(epoch: u64): bool {
  if (superblock().journal == 0 || acquire64(FLUSHED) >> 1 >= epoch) return true;
  askForRound();
  return false;
}
/** By the journal worker: wakes the writers whose rings were full. */
export function announceDrain(): void {
  bump(DRAINED);
}
/** By the journal worker: wakes all who wait until something is flushed, synced or poisoned. */
export function announceRound(): void {
  bump(FLUSH_BELL);
  bump(FLUSH_SIGNAL);
}
@inline function bump(word: usize): void {
  add32(word, 1);
  wakeAt(word);
}
