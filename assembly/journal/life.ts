// A life: from one opening of the files to the next. Nobody of an earlier life is left, so locks,
// claims, pins and leases of then mean nothing, and everything volatile starts anew.

import { byteAt } from "../layout/bytes";
import { DELETED } from "../layout/lock-word";
import { NODE_BYTES } from "../layout/node";
import {
  BELL, BELL_ASYNC, GEN, LAST, NOTE_MARK, OWNER, PIN, ROLE, ST, TAIL, WANTED,
} from "../layout/slot";
import { idleState, nextGeneration } from "../layout/state-word";
import {
  ALLOCATOR_LOCK, CHECKPOINTS, CHECKPOINT_LEASE, CLEANER_LEASE, COMPACT_DONE, COMPACT_WANTED,
  EPOCH, FLUSH_WANTED, JOURNAL_LEASE, JOURNAL_STOP, LIFE, OLD_TICKETS, POISON, ROUND_WANTED,
  SERIAL_LOCK, SYNC_DOUBT, SYNC_WANTED, superblock,
} from "../layout/superblock";
import { IDENTITY_BYTES, IDENTITY_OWNER, pair } from "../layout/tables";
import { UNIT_NODES } from "../layout/unit-kinds";
import { slotLines } from "../sync/instance";
import { acquire32, acquire64, publish32, publish64 } from "../sync/shared";
import { flushedEpoch } from "./chain";
import { forgetCheckpointFailure, forgetFailure } from "./failure";

/** Nobody: no slot is ever in generation 0, but readers take slot 0 for "not yet claimed". */
@inline const NOBODY_SLOT: u32 = 1;

/** Readies the region for its first instance. FLUSHED says how far the files reach. */
export function beginLife(): void {
  publish64(EPOCH, flushedEpoch() + 1);
  // Distinct from the life of every lease in the files: those were written by blocks before.
  publish32(LIFE, <u32>flushedEpoch() + 1);
  publish32(POISON, 0);
  publish32(JOURNAL_STOP, 0);
  publish32(ROUND_WANTED, 0);
  publish32(SYNC_DOUBT, 0);
  publish64(FLUSH_WANTED, 0);
  publish64(SYNC_WANTED, 0);
  publish64(JOURNAL_LEASE, 0);
  publish64(CLEANER_LEASE, 0);
  publish64(CHECKPOINT_LEASE, 0);
  publish32(CHECKPOINTS, 0);
  publish32(COMPACT_WANTED, 0);
  publish32(COMPACT_DONE, 0);
  forgetFailure();
  forgetCheckpointFailure();
  const ticket = greatestTicket();
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) renewSlot(slot, ticket);
  disownIdentities();
  freeLock(ALLOCATOR_LOCK, ticket);
  freeLock(SERIAL_LOCK, ticket);
  freeNodes(ticket);
}

/** Above the tickets of checkpoint and journal. */
function greatestTicket(): u64 {
  let ticket = acquire64(OLD_TICKETS);
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    ticket = max<u64>(ticket, acquire64(slotLines(slot) + LAST));
  }
  return ticket;
}
/** The slot is nobody's; magazine, open frame and block stay with it. */
function renewSlot(slot: u32, ticket: u64): void {
  const lines = slotLines(slot);
  const generation = nextGeneration(acquire32(lines + GEN));
  publish32(lines + GEN, generation);
  publish32(lines + OWNER, 0);
  publish32(lines + ROLE, 0);
  publish32(lines + NOTE_MARK, 0);
  publish32(lines + TAIL, 0);
  publish32(lines + BELL, 0);
  publish32(lines + BELL_ASYNC, 0);
  publish64(lines + WANTED, 0);
  publish64(lines + PIN, 0);
  publish64(lines + LAST, ticket);
  publish64(lines + ST, idleState(generation, 0));
}
/** Generations begin anew with a checkpoint, so an owner's may live again: nobody owns a name. */
function disownIdentities(): void {
  const table = <usize>superblock().identityTable;
  for (let i: u32 = 0, n = superblock().identities; i < n; i++) {
    const owner = table + <usize>i * IDENTITY_BYTES + IDENTITY_OWNER;
    if (acquire64(owner) != 0) publish64(owner, pair(NOBODY_SLOT, 0));
  }
}
/**
 * [K4] Holder, state and waiters of a checkpoint mean nothing; `deleted` stays. Records do not say
 * which locks their operation held, so every version becomes the greatest ticket.
 */
function freeLock(address: usize, ticket: u64): void {
  publish64(address, ticket | (acquire64(address) & DELETED));
}
/** All nodes: lock words stand at the start of each, in the units of this kind only. */
function freeNodes(ticket: u64): void {
  const sb = superblock();
  const units = <u32>((((<u64>sb.kib << 10) - sb.heap)) >> sb.unitShift);
  for (let unit: u32 = 0; unit < units; unit++) {
    if (byteAt(<usize>sb.unitKinds + unit) != UNIT_NODES) continue;
    const from = <usize>sb.heap + (<usize>unit << sb.unitShift);
    const end = from + ((<usize>1) << sb.unitShift);
    for (let node = from; node < end; node += NODE_BYTES) freeLock(node, ticket);
  }
}
