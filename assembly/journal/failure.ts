// What went wrong with the files, kept in the superblock, where the host makes an error of it. The
// first failure stays. A poisoned store writes no file any more: a failed write or sync may have
// lost what the kernel had taken before, so nothing later may be reported as flushed.

import {
  FAILURE_ERRNO, FAILURE_FILE, FAILURE_NUMBER, FAILURE_OFFSET, FAILURE_WHAT, POISON,
} from "../layout/superblock";
import { acquire32, publish32, publish64 } from "../sync/shared";
import { fileAtHand } from "./buffer";

/** Notes what failed, unless something did before. Always false, for the caller to return. */
export function fail(what: u32, offset: u64, errno: u32): bool {
  if (acquire32(FAILURE_WHAT) != 0) return false;
  publish32(FAILURE_ERRNO, errno);
  publish32(FAILURE_FILE, fileAtHand().file);
  publish32(FAILURE_NUMBER, fileAtHand().number);
  publish64(FAILURE_OFFSET, offset);
  publish32(FAILURE_WHAT, what);
  return false;
}
/** Forgets a failure that does no harm: that of an image, which can be taken again. */
export function forgetFailure(): void {
  publish32(FAILURE_WHAT, 0);
}
@inline export function isPoisoned(): bool {
  return acquire32(POISON) != 0;
}
export function poison(): void {
  publish32(POISON, 1);
}
