// The life of an operation after its locks are taken and its shadows edited: [2.5] to [2.9].
// Order is everything here; each step says what the next one relies on.

import { EPOCH, superblock } from "../layout/superblock";
import { LAST, ST } from "../layout/slot";
import { COMMITTED, announcedState, idleState, stHead } from "../layout/state-word";
import { TAG, TICKET } from "../layout/redo";
import { context, myHolder, ringAddress, self } from "../sync/instance";
import { acquire64, publish64 } from "../sync/shared";
import { applyRecord } from "./apply";
import { stampIdentity } from "./identity";
import { nextTicket, releaseAll, releaseUnchanged } from "./locks";
import { BARE, applyBare, buildRecord, markApplying } from "./record";
import {
  awaitRing, emptyRing, enterRecord, hasCell, measureRing, ringIsEmpty,
} from "./ring";
import { stampStaged } from "./staged";

/**
 * Starts an operation: no lock held beyond the serial one, nothing edited. Waits for room in the
 * redo ring if a journal has to drain it.
 */
@inline export function begin(): void {
  if (superblock().journal) awaitRing();
  const my = context();
  my.locks = my.noteBase;
  my.shadows = my.created = 0;
  my.words = 0;
  my.climb = 0;
  my.identified = 0;
  my.stagedFrom = my.stagedTo = my.stampTo = 0;
}
/** Gives everything up: nothing was stored, so the locks go back with their old versions. */
export function abandon(): void {
  const my = context();
  releaseUnchanged();
  my.shadows = my.created = 0;
  my.words = 0;
}

/** Builds the record where the ring has room for it; 0: there is none. Leaves its end in `to`. */
function placeRecord(): usize {
  const my = context();
  my.recordEnd = 0;
  if (superblock().journal) {
    if (!hasCell()) return 0;
    measureRing();
  }
  const first = ringAddress + my.ringFrom;
  my.recordEnd = <u32>buildRecord(first, ringAddress + my.ringTo);
  if (my.recordEnd) return first;
  my.recordEnd = my.ringWrap ? <u32>buildRecord(ringAddress, ringAddress + my.ringWrap) : 0;
  return my.recordEnd ? ringAddress : 0;
}
/**
 * After an operation that did not fit was abandoned: whether it may fit now. False: the record is
 * larger than the ring, or nobody drains it (see awaitRing).
 */
export function canTryAgain(): bool {
  return context().outgrown != 0 && emptyRing();
}
/**
 * Commits what was edited, as one mini-transaction that changes `entries` logical entries. False:
 * the record has no room in the ring; nothing happened and the locks are still held.
 */
export function commit(entries: u32): bool {
  markApplying(entries);
  if (BARE) {
    commitBare();
    return true;
  }
  // Asked before the ring is measured: it may be drained at any moment.
  const wasEmpty = ringIsEmpty();
  const record = placeRecord();
  if (!record) {
    context().outgrown = wasEmpty ? 0 : 1;
    return false;
  }
  const generation = context().generation;
  const head = stHead(acquire64(self + ST));
  publish64(self + ST, announcedState(generation, head, acquire64(EPOCH)));
  // Under all locks and after the announcement: the I/O round of this epoch waits for us.
  const tag = acquire64(EPOCH);
  const ticket = nextTicket();
  store<u64>(self, ticket, LAST);
  store<u64>(record, tag, TAG);
  store<u64>(record, ticket, TICKET);
  stampStaged(ticket);
  stampIdentity(record, ticket, tag);
  enterRecord(head, record, <usize>context().recordEnd);
  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);
  applyRecord(record, myHolder());
  // Still under every lock: whoever finds a lock of ours free finds us not committed.
  store<u64>(self, idleState(generation, head + 1), ST);
  finish(ticket);
  return true;
}
/** [2.9] After the apply: the locks are released, and nothing of the operation stays pending. */
function finish(ticket: u64): void {
  const my = context();
  my.ticket = ticket;
  releaseAll(ticket);
  my.shadows = my.created = 0;
  my.words = 0;
}

/**
 * Commits an operation that changes a few words; begin() has waited for as much room. False: the
 * instance is stalled (see awaitRing), and the operation was abandoned.
 */
export function commitWords(): bool {
  if (commit(1)) return true;
  abandon();
  return false;
}

function commitBare(): void {
  const ticket = nextTicket();
  store<u64>(self, ticket, LAST);
  stampStaged(ticket);
  applyBare();
  finish(ticket);
}
