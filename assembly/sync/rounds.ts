// Rounds of the journal worker, as writers see them: asking for one, and sleeping until records
// have been drained. Words of the superblock; each has one kind of sleeper.

import { DRAINED, FLUSHED, ROUND_WANTED, superblock } from "../layout/superblock";
import { sleepUntilChanged, wakeAt } from "./park";
import { acquire32, acquire64, swapped32 } from "./shared";

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
