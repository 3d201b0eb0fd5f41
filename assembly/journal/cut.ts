// Cuts: the points in time at which nobody can commit under an old epoch any more. [I2, K2]

import { ST } from "../layout/slot";
import { ANNOUNCED, COMMITTED, stGeneration, stHead } from "../layout/state-word";
import { superblock } from "../layout/superblock";
import { recover } from "../mtx/recovery";
import { generationOf, slotLines } from "../sync/instance";
import { sleepAtMost } from "../sync/park";
import { acquire64 } from "../sync/shared";

/** Announcements last some ten instructions; a thread may be taken off its processor in between. */
@inline const PAUSE_MS: u32 = 1;

/** Helps a dead slot, or lets a living one go on. */
function nudge(slot: u32, state: u64): void {
  if (stGeneration(state) != generationOf(slot) && recover(slot)) return;
  sleepAtMost(slotLines(slot) + ST, <u32>state, PAUSE_MS);
}
/**
 * [I2] Until nobody can commit with the epoch of before this call any more: every announcement that
 * is seen has ended. Which epoch it names does not matter (a word keeps ten bits of it).
 */
export function awaitAnnounced(): void {
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    const seen = acquire64(slotLines(slot) + ST);
    while ((seen & ANNOUNCED) != 0 && acquire64(slotLines(slot) + ST) == seen) nudge(slot, seen);
  }
}
/** [K2] Until everything that was committed when each slot was first looked at is applied. */
export function awaitApplied(): void {
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    const head = stHead(acquire64(slotLines(slot) + ST));
    while (true) {
      const state = acquire64(slotLines(slot) + ST);
      if (!(state & COMMITTED) || stHead(state) != head) break;
      nudge(slot, state);
    }
  }
}
