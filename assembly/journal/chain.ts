// The chain: where the next block will stand and what it must name. It belongs to the flushed
// epoch, and both change by one store, so that a journal worker that takes over after a death
// goes on exactly where the last report ended: only bytes that were never reported are overwritten.

import { FLUSHED_PLACE, FlushedPlace } from "../layout/journal";
import { FLUSHED, FLUSHED_PLACES } from "../layout/superblock";
import { acquire64, publish64 } from "../sync/shared";

/** The place that belongs to a value of FLUSHED, for as long as that is its value. */
@inline export function placeOf(flushed: u64): FlushedPlace {
  return changetype<FlushedPlace>(FLUSHED_PLACES + <usize>(flushed & 1) * FLUSHED_PLACE);
}
/** The place that holds. Only the journal worker at work reads and changes it. */
export function chain(): FlushedPlace {
  return placeOf(acquire64(FLUSHED));
}
/** The other place, to be filled for the next report. */
export function nextChain(): FlushedPlace {
  return placeOf(acquire64(FLUSHED) ^ 1);
}
@inline export function flushedEpoch(): u64 {
  return acquire64(FLUSHED) >> 1;
}
/** [I5] Reports the epoch as flushed, with the other place. */
export function publishFlushed(epoch: u64): void {
  publish64(FLUSHED, (epoch << 1) | ((acquire64(FLUSHED) & 1) ^ 1));
}
/** [I5] Reports the epoch as flushed; no block was written, the place stays. */
export function publishEmpty(epoch: u64): void {
  publish64(FLUSHED, (epoch << 1) | (acquire64(FLUSHED) & 1));
}
