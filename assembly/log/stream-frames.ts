// Stream frames: where the messages of an instance lie. An instance takes private chunks from its
// frame by moving a cursor that only it knows; appending publishes what lies in them. What a dead
// instance had taken and not published vanishes: the next incarnation goes on behind the published
// bytes. A frame is freed when nothing in it is alive, by its counters (log/dead.ts), which are
// exact. A frame that I have rolled over may still hold open chunks: it is held for me until I
// release it or am recovered.

import { SMO } from "../layout/lock-word";
import { STREAM_FRAME } from "../layout/slot";
import { ALLOCATOR_LOCK, superblock } from "../layout/superblock";
import { FRAME_BYTES_MAX } from "../layout/log-address";
import {
  FRAME_HOLD, FRAME_PLACE, FRAME_STREAM, FRAME_STREAM_SEALED, FRAME_USE, frameEntry, highOf,
  lowOf, pair, placeBytes,
} from "../layout/tables";
import { abandon, begin, commitWords } from "../mtx/commit";
import { lock } from "../mtx/locks";
import { readWord, writeWord } from "../mtx/words";
import { context, self } from "../sync/instance";
import { myName } from "../sync/lives";
import {
  frameStart, frameState, freeFrame, mayRetire, retireFrame, takeFrame,
} from "./frames";

/** Number of the frame that I take chunks from, 0 before the first one. */
@inline export function streamFrame(): u32 {
  return highOf(readWord(self + STREAM_FRAME));
}
/** Offset of my next chunk: behind my chunks, and behind what earlier incarnations published. */
@inline function cursor(): u32 {
  return max<u32>(context().chunkTail, lowOf(readWord(self + STREAM_FRAME)));
}
/** Bytes that my frame can still give. */
export function streamRoom(): u32 {
  const frame = streamFrame();
  if (frame == 0) return 0;
  return placeBytes(readWord(frameEntry(frame) + FRAME_PLACE)) - cursor();
}
/** Takes a private chunk from a frame with enough room; its address. */
export function takeChunk(bytes: u32): usize {
  const my = context();
  const at = cursor();
  my.chunkFrame = streamFrame();
  my.chunkTail = at + bytes;
  return frameStart(my.chunkFrame) + at;
}
/** Within an operation that publishes bytes of my frame up to `end`: they survive me. */
export function publishChunk(frame: u32, end: u32): void {
  const mine = readWord(self + STREAM_FRAME);
  if (frame == highOf(mine) && end > lowOf(mine)) writeWord(self + STREAM_FRAME, pair(end, frame));
}

/** Opens a stream frame with room for `bytes`; false: there is none to be had. */
export function rollStreamFrame(bytes: u32): bool {
  if (bytes > FRAME_BYTES_MAX) return false;
  begin();
  lock(ALLOCATOR_LOCK, SMO);
  const number = takeFrame(bytes, FRAME_STREAM, false);
  if (number == 0) {
    abandon();
    return false;
  }
  const old = streamFrame();
  if (old != 0) {
    writeWord(frameEntry(old) + FRAME_USE, pair(FRAME_STREAM_SEALED, cursor()));
    // A frame that only an earlier incarnation took chunks from has none that is open.
    writeWord(frameEntry(old) + FRAME_HOLD, context().chunkFrame == old ? myName() : 0);
  }
  writeWord(self + STREAM_FRAME, pair(0, number));
  if (!commitWords()) return false;
  context().chunkTail = 0;
  if (old != 0) retireIdle(old);
  return true;
}
/** I append to chunks in this frame no more. False: the instance is stalled. */
export function releaseFrame(frame: u32): bool {
  begin();
  lock(ALLOCATOR_LOCK, SMO);
  const hold = frameEntry(frame) + FRAME_HOLD;
  if (frameState(frame) != FRAME_STREAM_SEALED || readWord(hold) != myName()) {
    abandon();
    return true;
  }
  writeWord(hold, 0);
  if (!commitWords()) return false;
  retireIdle(frame);
  return true;
}
/** Retires a stream frame in which nothing is alive, and frees it unless a reader is pinned. */
export function retireIdle(frame: u32): bool {
  if (frameState(frame) != FRAME_STREAM_SEALED || !mayRetire(frame)) return false;
  retireFrame(frame);
  freeFrame(frame);
  return true;
}
/** The same for all frames; returns how many. O(frames). */
export function retireAllIdle(): u32 {
  let retired: u32 = 0;
  for (let frame: u32 = 1, n = superblock().frames; frame <= n; frame++) {
    if (retireIdle(frame)) retired++;
  }
  return retired;
}
