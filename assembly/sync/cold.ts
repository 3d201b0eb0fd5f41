// Cold frames: sealed frames whose bytes are still in the files. An open marks them, and the
// journal worker that stands by loads them, one after the other (journal/cold.ts). Whoever needs
// one says so and sleeps until the count of loaded frames has moved; nobody does that while he
// holds a lock.

import { COLD_DONE, COLD_LEFT, COLD_WANTED } from "../layout/superblock";
import { COLD, DAMAGED, FRAME_PLACE, frameEntry } from "../layout/tables";
import { context } from "./instance";
import { sleepUntilChanged } from "./park";
import { acquire32, acquire64, swapped32 } from "./shared";

/** Sleeps in which no frame at all was loaded, after which nobody waits on: about ten seconds. */
const PATIENCE: u32 = 500;

/** Whether bytes of the frame are missing in memory, for now or for ever. */
@inline export function isCold(frame: u32): bool {
  return (acquire64(frameEntry(frame) + FRAME_PLACE) & COLD) != 0;
}
/** Whether the frame is still to be loaded. */
@inline export function isAwaited(frame: u32): bool {
  return (acquire64(frameEntry(frame) + FRAME_PLACE) & (COLD | DAMAGED)) == COLD;
}
/** Says that somebody needs the frame now. One at a time: others say so again when it is there. */
export function askForFrame(frame: u32): void {
  if (acquire32(COLD_WANTED) == 0) swapped32(COLD_WANTED, 0, frame);
}
/**
 * Until the frame is loaded; no lock may be held. False: it is damaged, or nobody has loaded any
 * frame for long; the context says which frame it is.
 */
export function awaitFrame(frame: u32): bool {
  const my = context();
  my.unread = frame;
  for (let patience = PATIENCE; patience > 0; ) {
    const seen = acquire32(COLD_DONE);
    // While nobody has counted them nobody loads them, and nobody waits.
    const left = acquire32(COLD_LEFT);
    if (!isAwaited(frame)) {
      if (isCold(frame)) return false;
      my.unread = 0;
      return true;
    }
    if (left == 0) return false;
    askForFrame(frame);
    sleepUntilChanged(COLD_DONE, seen);
    patience = acquire32(COLD_DONE) == seen ? patience - 1 : PATIENCE;
  }
  return false;
}
