// The journal worker's turn: who is at work, when a round is due, and what happens after a failure.
// Two workers run this; the lease says which one works. It names an incarnation and is void when
// that is dead, so nobody has to take it away.

import {
  EPOCH, JOURNAL_LEASE, JOURNAL_STOP, ROUND_WANTED, FLUSH_WANTED, SYNCED, SYNC_WANTED, superblock,
} from "../layout/superblock";
import { lowOf } from "../layout/tables";
import { sleepAtMost } from "../sync/park";
import { announceDrain, announceRound } from "../sync/rounds";
import { acquire32, acquire64, add64, publish32 } from "../sync/shared";
import { flushedEpoch } from "./chain";
import { awaitAnnounced } from "./cut";
import { doubtSync, isSyncDoubtful } from "./doubt";
import { checkpointIfDue, holdBack } from "./due";
import { isPoisoned, poison } from "./failure";
import { isMine, isVoid, takeLease } from "./lease";
import { loadFrames } from "./loader";
import { anyRecords, moveTails } from "./merge";
import { isNeeded } from "./pace";
import { round, seal } from "./round";

/** What a turn came to. */
@inline const STANDING_BY: i32 = 0;
@inline const IDLE: i32 = 1;
@inline const WORKED: i32 = 2;
@inline const POISONED: i32 = 3;
@inline const STOPPED: i32 = 4;

/** So many frames are loaded before it is looked whether the other worker lives. */
@inline const FRAMES_AT_ONCE: u32 = 16;

/**
 * One turn: waits at most `timeoutMs` for something to do, and does it. With `syncDue` it also
 * syncs what is flushed and not yet synced. `alone`: nobody who stands by has the files.
 */
export function serveJournal(timeoutMs: u32, syncDue: bool, alone: bool): i32 {
  if (!isAtWork()) return standBy(timeoutMs);
  const loads = alone && loadFrames(1);
  if (isPoisoned()) return discard(timeoutMs);
  if (acquire32(JOURNAL_STOP)) return commitAll(true, false) && sealAll() ? STOPPED : POISONED;
  if (!isRoundWanted() && !loads) linger(timeoutMs);
  const sync = isSyncWanted() || (syncDue && acquire64(SYNCED) < flushedEpoch());
  if (!sync && !isRoundWanted() && !anyRecords()) return IDLE;
  return commitAll(sync, alone) ? WORKED : POISONED;
}

/** Until somebody asks for a round, or commits have waited long enough. */
function linger(timeoutMs: u32): void {
  sleepAtMost(ROUND_WANTED, 0, min<u32>(timeoutMs, max<u32>(1, superblock().lingerMs)));
}
/** Whether the lease is mine; takes it if it is nobody's. */
function isAtWork(): bool {
  if (isMine(JOURNAL_LEASE)) return true;
  if (!takeLease(JOURNAL_LEASE)) return false;
  doubtSync();
  // The last worker may have left a round behind whose end nobody was told.
  publish32(ROUND_WANTED, 1);
  return true;
}
/**
 * Loads what the open has left, then takes checkpoints. Recovery of the other worker's slot wakes
 * whoever stands by.
 */
function standBy(timeoutMs: u32): i32 {
  if (acquire32(JOURNAL_STOP)) return STOPPED;
  if (loadFrames(FRAMES_AT_ONCE)) return STANDING_BY;
  if (!isNeeded() && !checkpointIfDue()) giveIn();
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
/** A round, and a checkpoint if it is mine to take. False: poisoned. */
function commitAll(sync: bool, alone: bool): bool {
  if (round(sync) && (!(alone || isSyncDoubtful()) || checkpointIfDue())) {
    if (!alone) holdBack();
    return true;
  }
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
