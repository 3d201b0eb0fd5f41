// How a checkpoint gets along with rounds. Where two threads have the files, the one that stands by
// takes checkpoints, and gives them up when it is needed for something else. Where only one has
// them, or after a doubtful sync, the worker at work does, with rounds in between.

import { FLUSH_SIGNAL, JOURNAL_LEASE, JOURNAL_STOP, LIFE } from "../layout/superblock";
import { context } from "../sync/instance";
import { sleepUntilChanged } from "../sync/park";
import { acquire32, acquire64 } from "../sync/shared";
import { endDoubt, isSyncDoubtful } from "./doubt";
import { hasFailed, isPoisoned } from "./failure";
import { isMine, isVoid } from "./lease";
import { round } from "./round";
import { flushState, wantFlush } from "./wanted";

@inline function isAtWork(): bool {
  return isMine(JOURNAL_LEASE);
}
/** In the middle of a checkpoint: lets others have their due. False: give the checkpoint up. */
export function breathe(): bool {
  if (acquire32(LIFE) == 0) return true;
  return isAtWork() ? roundBetween(false) : !isNeeded();
}
/** Until everything that is committed now is synced. False: give the checkpoint up. */
export function awaitDurable(): bool {
  if (isAtWork()) return roundBetween(true);
  const epoch = wantFlush(true);
  while (!isNeeded()) {
    const seen = acquire32(FLUSH_SIGNAL);
    const state = flushState(epoch, true);
    if (state != 0) return state > 0;
    sleepUntilChanged(FLUSH_SIGNAL, seen);
  }
  return false;
}
/** A round of the worker at work, with its own buffer. */
function roundBetween(sync: bool): bool {
  context().checkpointing = 0;
  const done = round(sync);
  context().checkpointing = 1;
  return done;
}
/** Whether whoever stands by must not take a checkpoint now. */
export function isNeeded(): bool {
  if (isVoid(acquire64(JOURNAL_LEASE)) || acquire32(JOURNAL_STOP)) return true;
  return isPoisoned() || isSyncDoubtful();
}
/** Whether a round of mine has failed meanwhile. */
export function isRoundLost(): bool {
  return isAtWork() && hasFailed();
}
/** The worker at work has everything synced anew. */
export function endDoubtAtWork(): void {
  if (isAtWork() && isSyncDoubtful()) endDoubt();
}
