// The life of an operation after its locks are taken and its shadows edited: [2.5] to [2.9].
// Order is everything here; each step says what the next one relies on.

import { EPOCH } from "../layout/superblock";
import { LAST, ST } from "../layout/slot";
import { COMMITTED, announcedState, idleState, stHead } from "../layout/state-word";
import { TAG, TICKET } from "../layout/redo";
import { context, myHolder, self } from "../sync/instance";
import { acquire64, publish64 } from "../sync/shared";
import { applyRecord } from "./apply";
import { stampIdentity } from "./identity";
import { nextTicket, releaseAll, releaseUnchanged } from "./locks";
import { BARE, applyBare, buildRecord, markApplying } from "./record";
import { enterRecord } from "./ring";
import { stampStaged } from "./staged";

/** Starts an operation: no lock held beyond the serial one, nothing edited. */
@inline export function begin(): void {
  const my = context();
  my.locks = my.noteBase;
  my.shadows = my.created = 0;
  my.words = 0;
  my.climb = 0;
  my.identified = 0;
  my.stagedFrom = my.stagedTo = 0;
}
/** Gives everything up: nothing was stored, so the locks go back with their old versions. */
export function abandon(): void {
  const my = context();
  releaseUnchanged();
  my.shadows = my.created = 0;
  my.words = 0;
}

/**
 * Commits what was edited, as one mini-transaction that changes `entries` logical entries. False:
 * the record is larger than the ring; nothing happened and the locks are still held.
 */
export function commit(entries: u32): bool {
  markApplying(entries);
  if (BARE) {
    commitBare();
    return true;
  }
  const record = buildRecord();
  if (!record) return false;
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
  stampIdentity(record, ticket);
  enterRecord(head, record);
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

/** Commits an operation that changes a few words: the ring holds as many as an operation may. */
export function commitWords(): void {
  if (!commit(1)) unreachable();
}

function commitBare(): void {
  const ticket = nextTicket();
  store<u64>(self, ticket, LAST);
  stampStaged(ticket);
  applyBare();
  finish(ticket);
}
