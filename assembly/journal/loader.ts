// The loader's turn. Where two threads have the files the one that stands by loads, and where only
// one has them the worker at work does, with rounds in between. The lease of checkpoints says who:
// the table of pages is his then, and nobody else reads into frames.

import { CHECKPOINT_LEASE, JOURNAL_LEASE, JOURNAL_STOP, superblock } from "../layout/superblock";
import { context } from "../sync/instance";
import { acquire32, acquire64 } from "../sync/shared";
import { renewTable } from "./checkpoint";
import { isAnyCold, loadNextFrame } from "./cold";
import { closeFile } from "./files";
import { isVoid, leaveLease, takeLease } from "./lease";
import { openPages } from "./pages";

/** Loads up to so many frames, unless somebody else does. Whether there was anything to be done. */
export function loadFrames(most: u32): bool {
  if (!isAnyCold() || !takeLease(CHECKPOINT_LEASE)) return false;
  context().checkpointing = 1;
  const isOpen = renewTable() && openPages(superblock().storeId, superblock().unitShift);
  loadNextFrame(isOpen);
  for (let i: u32 = 1; i < most && isOpen && goesOn(); i++) loadNextFrame(isOpen);
  if (isOpen) closeFile();
  context().checkpointing = 0;
  leaveLease(CHECKPOINT_LEASE);
  return true;
}
function goesOn(): bool {
  return isAnyCold() && !isVoid(acquire64(JOURNAL_LEASE)) && acquire32(JOURNAL_STOP) == 0;
}
