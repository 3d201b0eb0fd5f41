// When a checkpoint is due, and what its outcome means. It bounds the journal, and with it the time
// that an open takes.

import {
  CHECKPOINTS, CHECKPOINT_KIB, CHECKPOINT_LEASE, COMPACT_DONE, COMPACT_WANTED, IMAGE_OFFSET,
  IMAGE_SEGMENT, FLUSHED, superblock,
} from "../layout/superblock";
import { context } from "../sync/instance";
import { sleepAtMost } from "../sync/park";
import { announceRound } from "../sync/rounds";
import { acquire32, acquire64 } from "../sync/shared";
import { placeOf } from "./chain";
import { FATAL, NOT_TAKEN, takeCheckpoint } from "./checkpoint";
import { isSyncDoubtful } from "./doubt";
import { blameCheckpoint, hasCheckpointFailed } from "./failure";
import { isVoid, leaveLease, takeLease } from "./lease";

/** One that could not be taken is tried again a quarter of what is allowed later. */
@inline const RETRY_SHIFT: u32 = 2;
/** Rounds wait for a checkpoint when the journal has grown to four times what is allowed. */
@inline const PATIENCE_SHIFT: u32 = 2;
@inline const HOLD_BACK_MS: u32 = 20;

/** KiB of blocks behind the place where the replay would start. A guess: segments may be larger. */
function journalKib(): u32 {
  const place = placeOf(acquire64(FLUSHED));
  const segments = place.segment - acquire32(IMAGE_SEGMENT);
  const kib = segments * superblock().segmentKib + (place.offset >> 10);
  return <u32>max<i32>(0, <i32>(kib - (acquire32(IMAGE_OFFSET) >> 10)));
}
function isDue(): bool {
  if (isSyncDoubtful() || acquire32(COMPACT_WANTED) != acquire32(COMPACT_DONE)) return true;
  return journalKib() >= max<u32>(acquire32(CHECKPOINT_KIB), context().checkpointTried);
}
/** Takes a checkpoint when it is time. False: the store is to be poisoned. */
export function checkpointIfDue(): bool {
  if (!isDue() || !takeLease(CHECKPOINT_LEASE)) return true;
  const outcome = takeCheckpoint();
  leaveLease(CHECKPOINT_LEASE);
  // Compactions are waited for.
  announceRound();
  const isLost = outcome == FATAL || (outcome == NOT_TAKEN && isSyncDoubtful());
  if (isLost) blameCheckpoint();
  const pause = acquire32(CHECKPOINT_KIB) >> RETRY_SHIFT;
  context().checkpointTried = outcome == NOT_TAKEN ? journalKib() + pause : 0;
  return !isLost;
}
/** While the journal outgrows a checkpoint that is being taken, the worker at work slows down. */
export function holdBack(): void {
  if (journalKib() >> PATIENCE_SHIFT < acquire32(CHECKPOINT_KIB)) return;
  if (isVoid(acquire64(CHECKPOINT_LEASE)) || hasCheckpointFailed()) return;
  sleepAtMost(CHECKPOINTS, acquire32(CHECKPOINTS), HOLD_BACK_MS);
}
