// Recovery of a slot whose incarnation died: [R1] to [R5]. Anyone alive may run it; it takes no
// lock and, once it has claimed the slot, waits for nobody. What any operation was doing does not
// matter: before the commit store nothing happened, after it the record says everything.

import {
  DELETED, HOLDER_MASK, VERSION_MASK, holderOf, isFree, slotOf, versionOf,
} from "../layout/lock-word";
import { LAST, PIN, ST } from "../layout/slot";
import {
  COMMITTED, claimGeneration, claimSlot, claimedBy, idleState, nextGeneration, stGeneration, stHead,
} from "../layout/state-word";
import { JOURNAL_LEASE, superblock } from "../layout/superblock";
import { highOf, lowOf } from "../layout/tables";
import { ringAll } from "../sync/bells";
import { RECOVERIES, count } from "../sync/counters";
import {
  claimantIsDead, context, generationOf, holderIsDead, mySlot, slotLines,
} from "../sync/instance";
import { sleepOn, wakeAll, wakeAt } from "../sync/park";
import { acquire64, exchange64, publish64, swapped64 } from "../sync/shared";
import { applyRecord } from "./apply";
import { noteOf, notesUsed } from "./notes";
import { recordOf } from "./ring";

/**
 * Recovers one death of the slot. True: no death of it is left, or this one is done (there may be
 * a further one). False: a live recoverer is at work, look again later.
 */
export function recover(slot: u32): bool {
  const lines = slotLines(slot);
  const state = claim(lines, slot);
  if (state == NOTHING_TO_DO) return true;
  if (state == SOMEBODY_ELSE) return false;
  const generation = stGeneration(state);
  const head = stHead(state);
  const holder = holderOf(slot, generation);
  if (state & COMMITTED) {
    applyRecord(recordOf(slot, head - 1), holder);
    publish64(lines + ST, claimedBy(idleState(generation, head), mySlot, context().generation));
  }
  releaseNoted(slot, lines, holder);
  // Before the last store: whoever takes a dead recoverer's claim over rings and wakes, too.
  ringAll();
  endJournalLease(slot, generation);
  publish64(lines + PIN, 0);
  // [R5] Frees the claim and the slot together: the next incarnation may now work.
  publish64(lines + ST, idleState(nextGeneration(generation), head));
  count(RECOVERIES);
  return true;
}

/** A journal worker that stands by sleeps on the lease: the word must change before the wake-up. */
function endJournalLease(slot: u32, generation: u32): void {
  const lease = acquire64(JOURNAL_LEASE);
  if (lowOf(lease) != slot || highOf(lease) != generation) return;
  swapped64(JOURNAL_LEASE, lease, 0);
  wakeAt(JOURNAL_LEASE);
}

/** Whether there is a death of the slot that nobody has recovered to the end. */
export function isUnrecovered(slot: u32): bool {
  return stGeneration(acquire64(slotLines(slot) + ST)) != generationOf(slot);
}
/** Recovers the slot, or waits while somebody alive does. */
export function recoverAll(slot: u32): void {
  while (isUnrecovered(slot)) recover(slot);
}

/**
 * The lock word when nobody holds it. A live holder is waited for; a dead one's operation is
 * finished or dropped here.
 */
export function awaitFree(lock: usize): u64 {
  let spins = superblock().spins;
  while (true) {
    const word = acquire64(lock);
    if (isFree(word)) return word;
    if (holderIsDead(word)) recover(slotOf(word));
    else if (spins > 0) spins--;
    else sleepOn(lock, word);
  }
}

// A claimed state is never 0: its generation counts from 1. 1 would be generation 0, committed.
const NOTHING_TO_DO: u64 = 0;
const SOMEBODY_ELSE: u64 = 1;

/**
 * [R1, R2] Claims the slot by a CAS of the whole state word: only one recoverer goes on, and none
 * acts on a state that has moved. The claim of a dead recoverer may be taken over.
 */
function claim(lines: usize, slot: u32): u64 {
  while (true) {
    const st = acquire64(lines + ST);
    if (stGeneration(st) == generationOf(slot)) return NOTHING_TO_DO;
    const rival = claimSlot(st);
    if (rival != 0 && rival != mySlot && !claimantIsDead(rival, claimGeneration(st))) {
      return SOMEBODY_ELSE;
    }
    const mine = claimedBy(st, mySlot, context().generation);
    if (swapped64(lines + ST, st, mine)) return mine;
  }
}

/**
 * [R4] Frees every noted lock that still names the dead holder. The version must pass whatever the
 * dead operation has published, and LAST is its ticket or a later one that was never used. All
 * waiters are woken on every noted lock, taken or not: a sleeper may have missed the bump of GEN.
 */
function releaseNoted(slot: u32, lines: usize, holder: u64): void {
  const last = load<u64>(lines, LAST);
  for (let k: u32 = 0, n = notesUsed(slot); k < n; k++) {
    const lock = noteOf(slot, k);
    if (lock == 0) continue;
    const word = acquire64(lock);
    if ((word & HOLDER_MASK) == holder) {
      const version = max<u64>(versionOf(word) + 1, last) & VERSION_MASK;
      exchange64(lock, version | (word & DELETED));
    }
    wakeAll(lock);
  }
}
