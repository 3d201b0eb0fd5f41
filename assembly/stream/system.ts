// The system map as streams use it: catalog entries and old extents. Keys are built in key area 0.
// While `tree` in the context names the system map's root, all of tree/ works on it.

import { catalogWord } from "../layout/catalog";
import { OutputEntry } from "../layout/plan";
import { ROOT, SYSTEM_ROOT, superblock } from "../layout/superblock";
import { abandon, canTryAgain, commit } from "../mtx/commit";
import { shadowAt } from "../mtx/shadow";
import { context } from "../sync/instance";
import { isPinned, pin, unpin } from "../sync/pins";
import { keyArea, outputArea } from "../tree/areas";
import { get, isStillValid } from "../tree/get";
import { sliceAt } from "../tree/key";
import { AGAIN, OK } from "../tree/put";
import { startCapture, stopCapture } from "../tree/reads";
import { scan } from "../tree/scan";
import { FULL } from "./results";

/** Private space for one node or list: the last shadows, which no small operation reaches. */
@inline export function scratch(i: u32): usize {
  return shadowAt(superblock().locks - 1 - i);
}
@inline export function enterSystem(): void {
  context().tree = <u32>SYSTEM_ROOT;
}
@inline export function leaveSystem(): void {
  context().tree = <u32>ROOT;
}

/**
 * Copies the value of the key in key area 0 to `to`; its bytes, 0 if there is no such key. At most
 * `most` bytes are copied.
 */
export function readValue(keyBytes: u32, to: usize, most: u32): u32 {
  enterSystem();
  const slice = sliceAt(keyArea(0), keyBytes, 0);
  let bytes: u32 = 0;
  while (true) {
    const value = get(<u32>(slice >> 32), <u32>slice, keyBytes);
    bytes = value ? min<u32>(context().length, most) : 0;
    memory.copy(to, value, bytes);
    if (value == 0 || isStillValid()) break;
  }
  leaveSystem();
  return bytes;
}
/** A catalog value, in the output area; its first word (an id), 0 if there is no such key. */
export function readCatalog(keyBytes: u32): u32 {
  const bytes = readValue(keyBytes, outputArea(), superblock().outputBytes);
  return bytes ? catalogWord(outputArea(), 0) : 0;
}
/** The same, remembered: the next batch that validates fails if the answer has changed. */
export function captureCatalog(keyBytes: u32): u32 {
  startCapture();
  const id = readCatalog(keyBytes);
  stopCapture();
  return id;
}

/**
 * The first entry of the range from key area 0 to key area 1, in scan direction: its key is copied
 * to key area 0 and at most `most` bytes of its value to `to`. Returns the key's bytes, 0 if the
 * range is empty.
 */
export function firstEntry(
  flags: u32, startBytes: u32, endBytes: u32, to: usize, most: u32,
): u32 {
  const wasPinned = isPinned();
  if (!wasPinned) pin();
  enterSystem();
  let keyBytes: u32 = 0;
  if (scan(flags, startBytes, endBytes, 1) != 0) {
    const entry = changetype<OutputEntry>(outputArea());
    const value = <usize>entry.value;
    const valueBytes = min<u32>(entry.valueBytes, most);
    keyBytes = entry.keyBytes;
    memory.copy(keyArea(0), <usize>entry.key, keyBytes);
    memory.copy(to, value, valueBytes);
  }
  leaveSystem();
  if (!wasPinned) unpin();
  return keyBytes;
}

/**
 * Commits an operation on one entry of the system map. OK; AGAIN: it was given up and can be done
 * once more; FULL: the instance is stalled (mtx/ring.ts).
 */
export function settle(): i32 {
  if (commit(1)) return OK;
  abandon();
  return canTryAgain() ? AGAIN : FULL;
}
