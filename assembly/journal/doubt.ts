// Doubt about a sync: a worker may die between a sync that fails and the note of it, and the kernel
// reports such a failure once. So a successor who finds a sync under way reports nothing as synced
// until it has written and synced everything anew: as a checkpoint.

import { SYNC_DOUBT } from "../layout/superblock";
import { acquire32, publish32 } from "../sync/shared";
import { syncData } from "./files";

@inline const NONE: u32 = 0;
@inline const UNDER_WAY: u32 = 1;
@inline const DOUBTFUL: u32 = 2;

/** Syncs the file at hand, so that a death in between is seen. */
export function syncSafely(): bool {
  if (isSyncDoubtful()) return syncData();
  publish32(SYNC_DOUBT, UNDER_WAY);
  if (!syncData()) return false;
  publish32(SYNC_DOUBT, NONE);
  return true;
}
/** By who takes over. */
export function doubtSync(): void {
  if (acquire32(SYNC_DOUBT) == UNDER_WAY) publish32(SYNC_DOUBT, DOUBTFUL);
}
@inline export function isSyncDoubtful(): bool {
  return acquire32(SYNC_DOUBT) == DOUBTFUL;
}
/** All that is reported stands in a new checkpoint. */
export function endDoubt(): void {
  publish32(SYNC_DOUBT, NONE);
}
