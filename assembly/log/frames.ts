// Frames: where log records lie in memory. A frame is an extent; the frame table gives its place,
// so a log address stays true when the record is found elsewhere. Life of a frame: open (one
// slot appends to it), sealed, in limbo (no link names it, readers may), free.

import { SMO } from "../layout/lock-word";
import { OPEN_FRAME } from "../layout/slot";
import { slotOfName } from "../layout/stream-node";
import { ALLOCATOR_LOCK, EPOCH, superblock } from "../layout/superblock";
import { FRAME_BYTES_MAX } from "../layout/log-address";
import {
  FRAME_DEAD_BASE, FRAME_EPOCH, FRAME_HOLD, FRAME_LIMBO, FRAME_OPEN, FRAME_PLACE, FRAME_SEALED,
  FRAME_STREAM, FRAME_STREAM_SEALED, FRAME_USE, frameEntry, highOf, lowOf, pair, placeBytes,
} from "../layout/tables";
import { awaitApplied } from "../journal/cut";
import { abandon, begin, commitWords } from "../mtx/commit";
import { lock } from "../mtx/locks";
import { isUnrecovered } from "../mtx/recovery";
import { readWord, writeWord } from "../mtx/words";
import { allocateExtent, freeExtent, orderFor } from "../alloc/buddy";
import { frameOrder, leavesReserve } from "../alloc/reserve";
import { isCold } from "../sync/cold";
import { add64 } from "../sync/shared";
import { mySlot, self } from "../sync/instance";
import { isLive, isOfThisLife } from "../sync/lives";
import { oldestPin } from "../sync/pins";
import { isFlushed } from "../sync/rounds";
import { deadIn, deadTotal } from "./dead";

@inline export function frameState(frame: u32): u32 {
  return lowOf(readWord(frameEntry(frame) + FRAME_USE));
}
/** First byte of the frame, 0 if the number is free. */
@inline export function frameStart(frame: u32): usize {
  return <usize>lowOf(readWord(frameEntry(frame) + FRAME_PLACE));
}
/** Bytes of a sealed frame that were written. */
@inline export function sealedTail(frame: u32): u32 {
  return highOf(readWord(frameEntry(frame) + FRAME_USE));
}
/** Frame number and tail of my open frame. */
@inline export function openFrame(): u32 {
  return highOf(readWord(self + OPEN_FRAME));
}
@inline export function openTail(): u32 {
  return lowOf(readWord(self + OPEN_FRAME));
}
/** Bytes that my open frame can still take. */
export function openRoom(): u32 {
  const frame = openFrame();
  if (frame == 0) return 0;
  return placeBytes(readWord(frameEntry(frame) + FRAME_PLACE)) - openTail();
}
/** Address at which my next record will stand. */
@inline export function appendAddress(): usize {
  return frameStart(openFrame()) + openTail();
}
/** Within an operation: the records up to `end` belong to the log once it commits. */
@inline export function moveTail(end: usize): void {
  const frame = openFrame();
  writeWord(self + OPEN_FRAME, pair(<u32>(end - frameStart(frame)), frame));
}

/**
 * Seals my open frame and opens one with room for `bytes`. The reserve may be used only by the
 * cleaner and by batches of deletions. False: no frame to be had.
 */
export function rollFrame(bytes: u32, mayUseReserve: bool): bool {
  if (bytes > FRAME_BYTES_MAX) return false;
  begin();
  lock(ALLOCATOR_LOCK, SMO);
  const number = takeFrame(bytes, FRAME_OPEN, mayUseReserve);
  if (number == 0) {
    abandon();
    return false;
  }
  const old = openFrame();
  if (old != 0) writeWord(frameEntry(old) + FRAME_USE, pair(FRAME_SEALED, openTail()));
  writeWord(self + OPEN_FRAME, pair(0, number));
  return commitWords();
}
/** Under the allocator's lock: a new frame of mine with room for `bytes`, 0 if there is none. */
export function takeFrame(bytes: u32, state: u32, mayUseReserve: bool): u32 {
  const order = max<u32>(frameOrder(), orderFor(bytes));
  const number = freeNumber();
  const place = number ? allocateExtent(order) : 0;
  if (place == 0 || (!mayUseReserve && !leavesReserve())) return 0;
  // Live bytes are counted exactly: whoever unlinked records of the frame that had this number, and
  // has not come to count them, must do so before the base is read.
  if (state == FRAME_STREAM) awaitApplied();
  const entry = frameEntry(number);
  writeWord(entry + FRAME_PLACE, pair(<u32>place, order));
  writeWord(entry + FRAME_USE, pair(state, mySlot));
  writeWord(entry + FRAME_DEAD_BASE, deadTotal(number));
  return number;
}

/** Seals my open frame without opening another, so that it can be cleaned. */
export function sealFrame(): void {
  begin();
  lock(ALLOCATOR_LOCK, SMO);
  writeWord(frameEntry(openFrame()) + FRAME_USE, pair(FRAME_SEALED, openTail()));
  writeWord(self + OPEN_FRAME, 0);
  commitWords();
}

/** A free frame number: the search goes on behind my open frame, or 0. O(frames) at worst. */
function freeNumber(): u32 {
  const frames = superblock().frames;
  for (let i: u32 = 0, number = openFrame(); i < frames; i++) {
    number = number >= frames ? 1 : number + 1;
    if (frameStart(number) == 0) return number;
  }
  return 0;
}

/** A frame that no link names goes to limbo: readers that came before may still look at it. */
export function retireFrame(frame: u32): void {
  begin();
  lock(ALLOCATOR_LOCK, SMO);
  const entry = frameEntry(frame);
  if (!mayRetire(frame)) {
    abandon();
    return;
  }
  const use = pair(FRAME_LIMBO, sealedTail(frame));
  // The epoch is read under the lock and moved on: whoever pins later pins a larger one.
  writeWord(entry + FRAME_EPOCH, add64(EPOCH, 1));
  writeWord(entry + FRAME_USE, use);
  commitWords();
}

/**
 * Its bytes are in memory, or nobody could load them any more without reading into what the frame
 * has become. Of a stream frame: nothing in it is alive, and nobody may still append to it.
 */
export function mayRetire(frame: u32): bool {
  if (isCold(frame)) return false;
  const state = frameState(frame);
  if (state != FRAME_STREAM_SEALED) return state == FRAME_SEALED;
  // The hold is looked at before the counters: who gave it up has counted what it appended.
  return !isHeld(frame) && deadIn(frame) == 0;
}
/**
 * Whether an instance may still append to a sealed stream frame. A dead one counts until it is
 * recovered: what it has committed may not have reached the counters.
 */
function isHeld(frame: u32): bool {
  const hold = readWord(frameEntry(frame) + FRAME_HOLD);
  return isLive(hold) || (isOfThisLife(hold) && isUnrecovered(slotOfName(hold)));
}

/** Frees the frames in limbo that no reader can still see. Returns how many stay for a reader. */
export function freeLimbo(): u32 {
  let waiting: u32 = 0;
  for (let frame: u32 = 1, n = superblock().frames; frame <= n; frame++) {
    if (frameState(frame) == FRAME_LIMBO && !freeFrame(frame)) waiting++;
  }
  return waiting;
}
/**
 * False: a reader may still look at it, or the journal worker, who takes bytes from frames after
 * the commit that links them. Epoch and state are of one moment under the lock only.
 */
export function freeFrame(frame: u32): bool {
  begin();
  lock(ALLOCATOR_LOCK, SMO);
  const entry = frameEntry(frame);
  if (frameState(frame) != FRAME_LIMBO) {
    abandon();
    return true;
  }
  const epoch = readWord(entry + FRAME_EPOCH);
  if (epoch >= oldestPin() || !isFlushed(epoch)) {
    abandon();
    return false;
  }
  const place = readWord(entry + FRAME_PLACE);
  freeExtent(<usize>lowOf(place), highOf(place));
  writeWord(entry + FRAME_PLACE, 0);
  writeWord(entry + FRAME_USE, 0);
  return commitWords();
}
