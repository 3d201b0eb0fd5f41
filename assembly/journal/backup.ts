// A backup copies the files while everybody works. What the root names is never overwritten before
// another root has taken its place, so all that it needs is that no checkpoint is taken meanwhile:
// it holds the lease of those who take them. Should it die, the lease is void.

import { CHECKPOINT_LEASE } from "../layout/superblock";
import { isMine, leaveLease, takeLease } from "./lease";

/** False while a checkpoint or another backup is being taken. */
export function holdCheckpoints(): bool {
  return takeLease(CHECKPOINT_LEASE);
}
export function releaseCheckpoints(): void {
  if (isMine(CHECKPOINT_LEASE)) leaveLease(CHECKPOINT_LEASE);
}
