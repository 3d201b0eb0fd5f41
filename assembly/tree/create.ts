// The empty maps, the user's and the system's: one leaf each, the root of the first layer, at an
// address that never changes.

import { SMO } from "../layout/lock-word";
import { EMPTY } from "../layout/permutation";
import { ALLOCATOR_LOCK, ROOT, SYSTEM_ROOT, superblock } from "../layout/superblock";
import { refillNodes, takeNode } from "../alloc/magazine";
import { begin, commitWords } from "../mtx/commit";
import { lock } from "../mtx/locks";
import { attach, takeSlot } from "../mtx/membership";
import { nodeOf } from "../mtx/shadow";
import { writeWord } from "../mtx/words";
import { formatRegion } from "../sync/format";
import { placeAsRoot, setPermutation } from "./working";

/**
 * Formats a zeroed region of `kib` KiB and creates the maps; the caller becomes the first
 * incarnation of slot 1. All sizes are fixed from here on. False: the region is too small.
 */
export function format(
  kib: u32, slots: u32, width: u32, unitShift: u32, frameShift: u32, ringBytes: u32, locks: u32,
  runNodes: u32, keyBytes: u32, outputBytes: u32, identities: u32, spins: u32, journal: u32,
  lingerMs: u32, segmentKib: u32,
): bool {
  const end = formatRegion(
    kib, slots, width, unitShift, frameShift, ringBytes, locks, runNodes, keyBytes, outputBytes,
    identities, spins, journal, lingerMs, segmentKib,
  );
  if (end == 0) return false;
  attach(1, takeSlot(1));
  return refillNodes(superblock().runNodes) && createTree(ROOT) && createTree(SYSTEM_ROOT);
}
/** The root word is covered by the allocator's lock; it changes once. */
function createTree(rootWord: usize): bool {
  begin();
  const root = takeNode();
  placeAsRoot(root, 0);
  setPermutation(root, EMPTY);
  lock(ALLOCATOR_LOCK, SMO);
  writeWord(rootWord, nodeOf(root));
  return commitWords();
}
