// Sleeping and waking. Both are imported: Node 20 miscompiles wasm's own atomic wait, and the
// model checker replaces them. Everybody sleeps on the upper half of a lock word and everybody
// notifies that half; a notify on the word's own address would wake nobody.

import { WAITERS } from "../layout/lock-word";
import { acquire64, swapped64 } from "./shared";

/** Bound of one sleep: the sleeper re-checks the word after it. */
const SLEEP_MS: i32 = 20;

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
/** Sleeps for at most `timeoutMs` while the 32-bit word holds `expected`. */
@inline export function sleepWhile(address: usize, expected: u32, timeoutMs: i32): void {
  wait(address, <i32>expected, timeoutMs);
}
