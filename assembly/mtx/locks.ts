// Taking and releasing locks inside an operation. Order, for everybody: level by level from the
// leaves up; in a level deepest layers first; in a layer left to right; the allocator's lock is
// never held together with a node's. Whoever wants a lock against the order only tries it and
// gives everything up. Nothing is stored before commit, so abandoning is always possible.

import {
  APPLYING, DELETED, HOLDER_MASK, VERSION_MASK, WAITERS, isFree, slotOf, versionOf,
} from "../layout/lock-word";
import { LAST } from "../layout/slot";
import { superblock } from "../layout/superblock";
import { context, holderIsDead, marksAddress, myHolder, self } from "../sync/instance";
import { sleepOn, wakeAll } from "../sync/park";
import { acquire64, exchange64, setBits64, swapped64 } from "../sync/shared";
import { myNote, note } from "./notes";
import { recover } from "./recovery";

@inline function markCell(k: u32): usize {
  return marksAddress + k;
}
/** My lock k is to be APPLYING during the apply. */
@inline export function mark(k: u32): void {
  store<u8>(markCell(k), 1);
}
@inline export function isMarked(k: u32): bool {
  return load<u8>(markCell(k)) != 0;
}
@inline export function hasRoomForLock(): bool {
  return context().locks < superblock().locks;
}
/** Whether I hold the lock. */
@inline export function isMine(address: usize): bool {
  return (acquire64(address) & HOLDER_MASK) == myHolder();
}

/** A patience that never ends: for everybody who may wait. */
const UNBOUNDED: u32 = u32.MAX_VALUE;

/**
 * Takes the lock as number `context().locks`, in `state` (INS or SMO); waits while somebody alive
 * holds it and recovers a dead holder.
 */
export function lock(address: usize, state: u64): void {
  lockWithin(address, state, UNBOUNDED);
}
/**
 * As lock, but gives up after so many sleeps: for a supervisor, which must not wait without bound
 * for a holder whose death it may be the only one to learn of. False: not taken.
 */
export function lockWithin(address: usize, state: u64, patience: u32): bool {
  const k = context().locks;
  note(k, address);
  const mine = myHolder() | state;
  let spins = superblock().spins;
  while (true) {
    const word = acquire64(address);
    if (isFree(word)) {
      if (swapped64(address, word, word | mine)) {
        held(k);
        return true;
      }
    } else if (holderIsDead(word)) {
      if (recover(slotOf(word)) && stolenFromOlderLife(address, word, mine)) {
        held(k);
        return true;
      }
    } else if (spins > 0) {
      spins--;
    } else if (patience == 0) {
      return false;
    } else {
      if (patience != UNBOUNDED) patience--;
      sleepOn(address, word);
    }
  }
}

@inline function held(k: u32): void {
  store<u8>(markCell(k), 0);
  context().locks = k + 1;
}

/**
 * [R1] After recovery no word names the dead holder. One that still does comes from an older life,
 * out of an image: it is taken over with a new version.
 */
function stolenFromOlderLife(address: usize, word: u64, mine: u64): bool {
  const now = acquire64(address);
  if ((now & HOLDER_MASK) != (word & HOLDER_MASK) || !holderIsDead(now)) return false;
  const version = (versionOf(now) + 1) & VERSION_MASK;
  return swapped64(address, now, version | (now & (DELETED | WAITERS)) | mine);
}

/** Frees a held lock. An exchange: a plain store could lose a waiters flag set in between. */
function free(address: usize, version: u64): void {
  const word = exchange64(address, version);
  if (word & WAITERS) wakeAll(address);
}
/** Gives the newest lock back unchanged; its note cell may then be used again. */
export function unlockLast(): void {
  const k = context().locks - 1;
  const address = myNote(k);
  context().locks = k;
  free(address, acquire64(address) & (VERSION_MASK | DELETED));
}
/** [2.9] Releases everything after the apply, with the ticket as the new version. */
export function releaseAll(ticket: u64): void {
  for (let k = context().noteBase, n = context().locks; k < n; k++) {
    const address = myNote(k);
    free(address, ticket | (acquire64(address) & DELETED));
  }
  context().locks = context().noteBase;
}
/** Releases everything with its old version: the operation was abandoned. */
export function releaseUnchanged(): void {
  for (let n = context().noteBase; context().locks > n; ) unlockLast();
}
/** Readers wait at every lock that I hold, until it is released. */
export function stopReaders(): void {
  for (let k = context().noteBase, n = context().locks; k < n; k++) {
    setBits64(myNote(k), APPLYING);
  }
}
/** [2.6] The ticket: above every version that I hold and above my last one. */
export function nextTicket(): u64 {
  let ticket = load<u64>(self, LAST);
  for (let k = context().noteBase, n = context().locks; k < n; k++) {
    ticket = max<u64>(ticket, versionOf(acquire64(myNote(k))));
  }
  return ticket + 1;
}
