// The redo ring of a slot: records, found through a directory of positions by the head counter in
// ST. Only the owner writes records. With a journal they stay until the journal worker has written
// them and moves the tail; without one the ring is empty between operations, and every record
// starts at 0, where the cache still holds the last one.
//
//        oldest (dir[tail])       next                 next               oldest
//   +-------+------------------------+------+    +-------+------------------+-----------+
//   | wrap  | records                | to   |    | recs  | free, up to `to` | records   |
//   +-------+------------------------+------+    +-------+------------------+-----------+

import { ringCells } from "../layout/block";
import { BYTES } from "../layout/redo";
import { ST, TAIL } from "../layout/slot";
import { stHead } from "../layout/state-word";
import { superblock } from "../layout/superblock";
import {
  context, directoryAddress, directoryOf, ringAddress, ringOf, self, slotLines,
} from "../sync/instance";
import { askForRound, awaitDrain, drainCount } from "../sync/rounds";
import { acquire32, acquire64 } from "../sync/shared";

/** Head and tail count modulo 2^16. */
@inline const COUNT_MASK: u32 = 0xffff;

/** Sleeps without any drain after which a writer gives up: about ten seconds. */
@inline const PATIENCE: u32 = 500;

/** Bytes that begin() waits for, where the ring is large enough: what most operations need. */
@inline const LIKELY_BYTES: u32 = 4096;

@inline function entry(directory: usize, head: u32): usize {
  return directory + (<usize>(head & (ringCells() - 1)) << 2);
}
/** Enters the record from `record` to `end`, which becomes number `head`. */
@inline export function enterRecord(head: u32, record: usize, end: usize): void {
  store<u32>(entry(directoryAddress, head), <u32>(record - ringAddress));
  if (superblock().journal) context().ringFrom = <u32>(end - ringAddress);
}
/** Record number `head` of any slot. */
export function recordOf(slot: u32, head: u32): usize {
  return ringOf(slot) + <usize>load<u32>(entry(directoryOf(slot), head));
}
/** How many records of the slot are drained, modulo 2^16. */
@inline export function tailOf(slot: u32): u32 {
  return acquire32(slotLines(slot) + TAIL);
}
/** The number of the record behind `head`, and how many lie between two of them. */
@inline export function nextHead(head: u32): u32 {
  return (head + 1) & COUNT_MASK;
}
@inline export function between(tail: u32, head: u32): u32 {
  return (head - tail) & COUNT_MASK;
}

/** First act of an incarnation, after recovery: the ring goes on behind its newest record. */
export function bindRing(): void {
  const my = context();
  my.ringFrom = 0;
  my.ringTo = superblock().ringBytes;
  my.ringWrap = 0;
  const head = myHead();
  if (!superblock().journal || head == acquire32(self + TAIL)) return;
  const newest = load<u32>(entry(directoryAddress, head - 1));
  my.ringFrom = newest + load<u32>(ringAddress + newest, BYTES);
}
@inline function myHead(): u32 {
  return stHead(acquire64(self + ST));
}
/** Finds the free pieces: from `ringFrom` to `ringTo`, and `ringWrap` bytes at the start. */
export function measureRing(): void {
  const my = context();
  const tail = acquire32(self + TAIL);
  const ring = superblock().ringBytes;
  my.ringWrap = 0;
  my.ringTo = ring;
  if (tail == myHead()) {
    my.ringFrom = 0;
    return;
  }
  const oldest = load<u32>(entry(directoryAddress, tail));
  // A full ring must not look empty: the oldest record's first word stays out of reach.
  if (my.ringFrom > oldest) my.ringWrap = oldest;
  else my.ringTo = oldest;
}
/** Whether the directory has a cell for one more: small records use up cells before bytes. */
export function hasCell(): bool {
  return between(acquire32(self + TAIL), myHead()) < ringCells();
}
/** Whether the ring holds nothing that is not drained: what does not fit now never will. */
export function ringIsEmpty(): bool {
  return !superblock().journal || myHead() == acquire32(self + TAIL);
}

/**
 * Before any lock: waits until my ring has room for what operations usually need, and calls the
 * journal worker in time. Poisoned journals are drained, too. If nobody drains anything for long
 * (no journal worker lives, and my own thread may be the one that has to start it), the instance is
 * stalled: operations go on as far as the ring has room, and say so where it has none.
 */
export function awaitRing(): void {
  const my = context();
  const ring = superblock().ringBytes;
  const enough = min<u32>(LIKELY_BYTES, ring >> 2);
  while (true) {
    const seen = drainCount();
    measureRing();
    const free = my.ringTo - my.ringFrom;
    const cells = ringCells() - between(acquire32(self + TAIL), myHead());
    if (free + my.ringWrap < ring >> 1 || cells < ringCells() >> 1) askForRound();
    if (max<u32>(free, my.ringWrap) >= enough && cells > 1) {
      my.stalled = 0;
      return;
    }
    if (!sleepUntilDrained(seen)) return;
  }
}
/** Waits until all of my records are drained; false: stalled. No lock may be held. */
export function emptyRing(): bool {
  while (true) {
    const seen = drainCount();
    if (ringIsEmpty()) return true;
    askForRound();
    if (!sleepUntilDrained(seen)) return false;
  }
}
/** Sleeps until more is drained than when `seen` was counted. False: stalled. */
function sleepUntilDrained(seen: u32): bool {
  const my = context();
  if (my.stalled && my.stalledAt == seen) return false;
  for (let patience = PATIENCE; drainCount() == seen; patience--) {
    if (patience == 0) {
      my.stalled = 1;
      my.stalledAt = seen;
      return false;
    }
    awaitDrain(seen);
  }
  return true;
}
