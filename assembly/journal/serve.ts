// The journal worker's turn: who is at work, when a round is due, and what happens after a failure.
// Two workers run this; the lease says which one works. It names an incarnation and is void when
// that is dead, so nobody has to take it away.

import {
  EPOCH, FLUSHED, FLUSH_WANTED, IMAGE_SEGMENT, JOURNAL_LEASE, JOURNAL_STOP, ROUND_WANTED, SYNCED,
  SYNC_WANTED, superblock,
} from "../layout/superblock";
import { highOf, lowOf, pair } from "../layout/tables";
import { context, incarnationIsDead, mySlot } from "../sync/instance";
import { sleepAtMost } from "../sync/park";
import { announceDrain, announceRound, askForRound } from "../sync/rounds";
import { acquire32, acquire64, add64, publish32, swapped64 } from "../sync/shared";
import { chain, flushedEpoch } from "./chain";
import { awaitAnnounced } from "./cut";
import { isPoisoned, poison } from "./failure";
import { ROUND_FAILED, takeImage } from "./image";
import { anyRecords, moveTails } from "./merge";
import { round, seal } from "./round";
import { doubtSync, isSyncDoubtful } from "./doubt";

/** What a turn came to. */
@inline const STANDING_BY: i32 = 0;
@inline const IDLE: i32 = 1;
@inline const WORKED: i32 = 2;
@inline const POISONED: i32 = 3;
@inline const STOPPED: i32 = 4;

/** Segments between two images: they bound the time that an open takes. */
@inline const SEGMENTS_PER_IMAGE: u32 = 4;

/**
 * One turn: waits at most `timeoutMs` for something to do, and does it. With `syncDue` it also
 * syncs what is flushed and not yet synced.
 */
export function serveJournal(timeoutMs: u32, syncDue: bool): i32 {
  if (!isAtWork()) return standBy(timeoutMs);
  if (isPoisoned()) return discard(timeoutMs);
  if (acquire32(JOURNAL_STOP)) return commitAll(true) && sealAll() ? STOPPED : POISONED;
  if (!isRoundWanted()) linger(timeoutMs);
  const sync = isSyncWanted() || (syncDue && acquire64(SYNCED) < flushedEpoch());
  if (!sync && !isRoundWanted() && !anyRecords()) return IDLE;
  return commitAll(sync) ? WORKED : POISONED;
}

/** Until somebody asks for a round, or commits have waited long enough. */
function linger(timeoutMs: u32): void {
  sleepAtMost(ROUND_WANTED, 0, min<u32>(timeoutMs, max<u32>(1, superblock().lingerMs)));
}
/** Whether the lease is mine; takes it if it is nobody's. */
function isAtWork(): bool {
  const mine = pair(mySlot, context().generation);
  const held = acquire64(JOURNAL_LEASE);
  if (held == mine) return true;
  if (!isVoid(held) || !swapped64(JOURNAL_LEASE, held, mine)) return false;
  doubtSync();
  // The last worker may have left a round behind whose end nobody was told.
  publish32(ROUND_WANTED, 1);
  return true;
}
@inline function isVoid(lease: u64): bool {
  return lease == 0 || incarnationIsDead(lowOf(lease), highOf(lease));
}
/** Recovery of the worker's slot wakes whoever stands by. */
function standBy(timeoutMs: u32): i32 {
  if (acquire32(JOURNAL_STOP)) return STOPPED;
  const held = acquire64(JOURNAL_LEASE);
  if (!isVoid(held)) sleepAtMost(JOURNAL_LEASE, lowOf(held), timeoutMs);
  return STANDING_BY;
}

@inline function isSyncWanted(): bool {
  return acquire64(SYNC_WANTED) > acquire64(SYNCED);
}
@inline function isRoundWanted(): bool {
  if (acquire32(ROUND_WANTED)) return true;
  return acquire64(FLUSH_WANTED) > flushedEpoch() || isSyncWanted();
}
/** A round, and an image when the journal has grown long. False: poisoned. */
function commitAll(sync: bool): bool {
  if (round(sync) && (!isImageDue() || takeImage() != ROUND_FAILED)) return true;
  giveIn();
  return false;
}
function sealAll(): bool {
  if (seal()) return true;
  giveIn();
  return false;
}
/** After a call that has failed: nobody may wait for what will never come. */
function giveIn(): void {
  poison();
  announceRound();
}
function isImageDue(): bool {
  const my = context();
  const segment = chain().segment;
  const last = max<u32>(acquire32(IMAGE_SEGMENT), my.imageTried);
  if (segment < last + SEGMENTS_PER_IMAGE && !isSyncDoubtful()) return false;
  my.imageTried = segment;
  return true;
}
/** After a failure the rings are emptied into nothing: operations in flight come to their end. */
function discard(timeoutMs: u32): i32 {
  publish32(ROUND_WANTED, 0);
  const epoch = add64(EPOCH, 1);
  awaitAnnounced();
  moveTails(epoch);
  announceDrain();
  announceRound();
  if (acquire32(JOURNAL_STOP)) return STOPPED;
  linger(timeoutMs);
  return POISONED;
}

/**
 * Asks that everything that is committed now be flushed, or synced; the epoch to wait for. O(1).
 */
export function wantFlush(sync: bool): u64 {
  const epoch = acquire64(EPOCH);
  raise(sync ? SYNC_WANTED : FLUSH_WANTED, epoch);
  askForRound();
  return epoch;
}
function raise(word: usize, to: u64): void {
  while (true) {
    const now = acquire64(word);
    if (now >= to || swapped64(word, now, to)) return;
  }
}
/** 1: the epoch is flushed, or synced; 0: not yet; -1: it never will be. */
export function flushState(epoch: u64, sync: bool): i32 {
  const reached = sync ? acquire64(SYNCED) : acquire64(FLUSHED) >> 1;
  if (reached >= epoch) return 1;
  return isPoisoned() ? -1 : 0;
}
