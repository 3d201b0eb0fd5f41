// Sleeping and waking. Both are imported: Node 20 miscompiles wasm's own atomic wait, and the
// model checker replaces them. Everybody sleeps on the upper half of a lock word and everybody
// notifies that half; a notify on the word's own address would wake nobody.

import { WAITERS } from "../layout/lock-word";
import { swapped64 } from "./shared";

/** Bound of one sleep: the sleeper re-checks the word after it. */
const SLEEP_MS: i32 = 20;
/** Bound of a pause on something that is no lock. */
const PAUSE_MS: i32 = 1;

@external("env", "wait")
declare function wait(address: usize, expected: i32, timeoutMs: i32): i32;
@external("env", "notify")
declare function notify(address: usize): i32;

/**
 * Sleeps until the lock word changes or is released, or the bound passes. The waiters flag is set
 * before the sleep: a release after the CAS sees it, one before it makes the CAS or the wait fail.
 */
export function sleepOn(address: usize, word: u64): void {
  const flagged = word | WAITERS;
  if (word != flagged && !swapped64(address, word, flagged)) return;
  wait(address + 4, <i32>(flagged >> 32), SLEEP_MS);
}
/** Wakes all: a single wake-up could be swallowed by a waiter that dies or only watches. */
@inline export function wakeAll(address: usize): void {
  notify(address + 4);
}
/** Sleeps while the u32 at `address` is `seen`, or until the bound passes. */
export function sleepUntilChanged(address: usize, seen: u32): void {
  wait(address, <i32>seen, SLEEP_MS);
}
/** As sleepUntilChanged, for at most so long; nobody may come to notify. */
export function sleepAtMost(address: usize, seen: u32, milliseconds: u32): void {
  wait(address, <i32>seen, <i32>milliseconds);
}
/** Wakes all who sleep until the u32 at `address` changes. */
@inline export function wakeAt(address: usize): void {
  notify(address);
}
/** Sleeps while the word holds what was seen, briefly: its holder may have been pausing, too. */
export function sleepWhileHeld(address: usize, word: u64): void {
  wait(address + 4, <i32>(word >> 32), PAUSE_MS);
}
