// Loading what an open has left in the files: sealed frames, by the journal worker that stands by.
// First a frame that somebody waits for, then those where consumers go on, then the rest.
//
// The mark of a cold frame is no part of redo: no operation changes the place of a cold frame, and
// the loader alone clears the mark, once, when all bytes are there. So whoever takes over from a
// loader that died begins with the table as it is; a frame that was half loaded is loaded again.

import { FAILED_DAMAGED, FAILED_READ } from "../layout/journal";
import { pageOf } from "../layout/pages";
import {
  COLD_DONE, COLD_FRAMES, COLD_LEFT, COLD_WANTED, superblock,
} from "../layout/superblock";
import {
  COLD, DAMAGED, DAMAGE_ERRNO_SHIFT, FRAME_DAMAGE, FRAME_PLACE, SOON, frameEntry, lowOf, placeBytes,
} from "../layout/tables";
import { isAwaited, isCold } from "../sync/cold";
import { wakeAt } from "../sync/park";
import { acquire32, acquire64, add32, publish32, publish64, swapped32 } from "../sync/shared";
import { fail, forgetMyFailure, myFailureErrno, myFailureOffset } from "./failure";
import { loadPages } from "./pages";

/** Whether there is anything left to load. */
@inline export function isAnyCold(): bool {
  return acquire32(COLD_LEFT) != 0;
}
/** Whether there is a frame that is in the files only, for now or for good. O(frames). */
export function isAnyLost(): bool {
  for (let frame: u32 = 1, n = superblock().frames; frame <= n; frame++) {
    if (isCold(frame)) return true;
  }
  return false;
}
/** By who opens the files: from here on others may load, and wait for what is loaded. */
export function startLoading(): void {
  publish32(COLD_FRAMES, countCold());
  publish32(COLD_LEFT, acquire32(COLD_FRAMES));
}
function countCold(): u32 {
  let cold: u32 = 0;
  for (let frame: u32 = 1, n = superblock().frames; frame <= n; frame++) {
    if (isAwaited(frame)) cold++;
  }
  return cold;
}

/**
 * Loads one frame, if one is left. By one loader at a time, with the file of pages at hand, or none
 * if that could not be opened.
 */
export function loadNextFrame(isOpen: bool): void {
  const frame = nextFrame();
  if (frame != 0) {
    loadFrame(frame, isOpen);
    swapped32(COLD_WANTED, frame, 0);
  }
  // Also by a successor who finds nothing left: who died may have woken nobody.
  add32(COLD_DONE, 1);
  wakeAt(COLD_DONE);
}
/** What is to be loaded next, 0 when nothing is left. Says how many there are. O(frames). */
function nextFrame(): u32 {
  let left: u32 = 0;
  let first: u32 = 0;
  let soon: u32 = 0;
  for (let frame: u32 = 1, n = superblock().frames; frame <= n; frame++) {
    if (!isAwaited(frame)) continue;
    left++;
    if (first == 0) first = frame;
    if (soon == 0 && acquire64(frameEntry(frame) + FRAME_PLACE) & SOON) soon = frame;
  }
  publish32(COLD_LEFT, left);
  const wanted = acquire32(COLD_WANTED);
  if (wanted != 0) {
    if (isAwaited(wanted)) return wanted;
    swapped32(COLD_WANTED, wanted, 0);
  }
  return soon != 0 ? soon : first;
}
/**
 * Reads a cold frame into memory, with the file of pages at hand. Then it is as any other frame; or
 * it stays cold for good, and what was wrong is noted in its entry.
 */
export function loadFrame(frame: u32, isOpen: bool): bool {
  const entry = frameEntry(frame);
  const place = acquire64(entry + FRAME_PLACE);
  const first = <usize>lowOf(place);
  const end = pageOf(first + placeBytes(place));
  const loaded = isOpen && loadPages(pageOf(first), end);
  if (loaded) {
    publish64(entry + FRAME_PLACE, place & ~(COLD | SOON));
  } else {
    const errno = <u64>myFailureErrno() << DAMAGE_ERRNO_SHIFT;
    publish64(entry + FRAME_DAMAGE, myFailureOffset() | errno);
    publish64(entry + FRAME_PLACE, place | DAMAGED);
    forgetMyFailure();
  }
  return loaded;
}
/** Of a frame that could not be loaded: the failure of this thread. Always false. */
export function blameFrame(frame: u32): bool {
  const damage = acquire64(frameEntry(frame) + FRAME_DAMAGE);
  const errno = <u32>(damage >> DAMAGE_ERRNO_SHIFT);
  const offset = damage & ((<u64>1 << DAMAGE_ERRNO_SHIFT) - 1);
  return fail(errno != 0 ? FAILED_READ : FAILED_DAMAGED, offset, errno);
}
/** A cold frame is to be loaded before the others. */
export function markSoon(frame: u32): void {
  const at = frameEntry(frame) + FRAME_PLACE;
  publish64(at, acquire64(at) | SOON);
}
