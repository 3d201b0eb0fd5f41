// What went wrong with the files, kept in the superblock, where the host makes an error of it. The
// first failure stays. A poisoned store writes no file any more: a failed write or sync may have
// lost what the kernel had taken before, so nothing later may be reported as flushed.
//
// What fails in a checkpoint does no harm, because the last one and the journal hold everything. It
// is kept apart, and only the last of it.

import {
  CHECKPOINT_FAILURE, FAILURE_ERRNO, FAILURE_FILE, FAILURE_NUMBER, FAILURE_OFFSET, FAILURE_WHAT,
  POISON,
} from "../layout/superblock";
import { context, contextAddress } from "../sync/instance";
import { acquire32, acquire64, publish32, publish64 } from "../sync/shared";
import { fileAtHand } from "./buffer";

/** From the fields of the first place to those of the second. */
@inline const SECOND: usize = CHECKPOINT_FAILURE - FAILURE_ERRNO;

/** Notes what failed, unless something did before. Always false, for the caller to return. */
export function fail(what: u32, offset: u64, errno: u32): bool {
  const base = place();
  if (base == 0 && acquire32(FAILURE_WHAT) != 0) return false;
  publish32(base + FAILURE_ERRNO, errno);
  publish32(base + FAILURE_FILE, fileAtHand().file);
  publish32(base + FAILURE_NUMBER, fileAtHand().number);
  publish64(base + FAILURE_OFFSET, offset);
  publish32(base + FAILURE_WHAT, what);
  return false;
}
/** Where I note failures, counted from the first place. */
function place(): usize {
  return contextAddress != 0 && context().checkpointing ? SECOND : 0;
}
/** Whether something failed that does harm. */
@inline export function hasFailed(): bool {
  return acquire32(FAILURE_WHAT) != 0;
}
/** Whether the last checkpoint that was tried could not be taken because of a file. */
@inline export function hasCheckpointFailed(): bool {
  return acquire32(SECOND + FAILURE_WHAT) != 0;
}
/** The failure of a checkpoint does harm after all. */
export function blameCheckpoint(): void {
  if (hasFailed()) return;
  publish32(FAILURE_ERRNO, acquire32(SECOND + FAILURE_ERRNO));
  publish32(FAILURE_FILE, acquire32(SECOND + FAILURE_FILE));
  publish32(FAILURE_NUMBER, acquire32(SECOND + FAILURE_NUMBER));
  publish64(FAILURE_OFFSET, acquire64(SECOND + FAILURE_OFFSET));
  publish32(FAILURE_WHAT, acquire32(SECOND + FAILURE_WHAT));
}
/** At the start of a life, and after a checkpoint that was taken. */
export function forgetCheckpointFailure(): void {
  publish32(SECOND + FAILURE_WHAT, 0);
}
/** What I have noted last: where in the file, and why the host refused, 0 = the bytes are wrong. */
@inline export function myFailureOffset(): u64 {
  return acquire64(place() + FAILURE_OFFSET);
}
@inline export function myFailureErrno(): u32 {
  return acquire32(place() + FAILURE_ERRNO);
}
/** Forgets it: somebody else has taken note. */
export function forgetMyFailure(): void {
  publish32(place() + FAILURE_WHAT, 0);
}
export function forgetFailure(): void {
  publish32(FAILURE_WHAT, 0);
}
@inline export function isPoisoned(): bool {
  return acquire32(POISON) != 0;
}
export function poison(): void {
  publish32(POISON, 1);
}
