// put: one key. The host asks for room, writes the value where it will stay, and calls put; so a
// value is copied once.

import { KIND_PUT, keyOf, recordBytes } from "../layout/record";
import {
  addressInOpenFrame, nextValue, writeHeader, writeLongKey, writeShortKey,
} from "../log/append";
import { appendAddress, moveTail } from "../log/frames";
import { abandon, begin, canTryAgain, commit } from "../mtx/commit";
import { recordAs } from "../mtx/identity";
import { edit } from "../mtx/shadow";
import { stage } from "../mtx/staged";
import { PUTS, count } from "../sync/counters";
import { context } from "../sync/instance";
import { callSlice, keyArea } from "./areas";
import { climb } from "./climb";
import { sliceAt } from "./key";
import { locate, lockLeaf } from "./locate";
import { DONE, NEEDS_MORE, NOT_LOADED, UNREADABLE, awaitLacking, place } from "./place";
import { askForMore, makeRoom } from "./room";
import { waitForSerial } from "./serial";

/** Result: committed. */
@inline export const OK: i32 = 1;
/** Result: more nodes are needed than were reserved; reserve again and repeat. */
@inline export const AGAIN: i32 = -1;
/** Result: the operation does not fit the redo ring or the locks of one operation. */
@inline export const TOO_LARGE: i32 = -2;

/**
 * Makes room for a record with up to `valueBytes` bytes of value and for the nodes that a put may
 * need. Returns where the value goes, or 0 if the store is full.
 */
export function reserve(keyBytes: u32, valueBytes: u32): usize {
  return makeRoom(recordBytes(keyBytes, valueBytes), false) ? nextValue(keyBytes) : 0;
}

/** Puts the key with the value that was written at the reserved place. O(height) per layer. */
export function put(high: u32, low: u32, keyBytes: u32, valueBytes: u32): i32 {
  const record = appendAddress();
  writeHeader(record, KIND_PUT, keyBytes, valueBytes);
  if (keyBytes <= 8) writeShortKey(record, keyBytes, callSlice(high, low));
  else writeLongKey(record, keyArea(0), keyBytes);
  const end = record + recordBytes(keyBytes, valueBytes);
  waitForSerial();
  while (true) {
    begin();
    stage(record, end);
    const placed = tryPut(keyOf(record), keyBytes, addressInOpenFrame(record));
    if (placed == DONE) {
      moveTail(end);
      recordAs();
      if (commit(1)) break;
      abandon();
      if (canTryAgain()) continue;
      return TOO_LARGE;
    }
    abandon();
    if (placed == NEEDS_MORE) return askForMore() ? AGAIN : TOO_LARGE;
    if (placed <= NOT_LOADED && !awaitLacking(placed)) return UNREADABLE;
  }
  context().nodesWanted = 0;
  count(PUTS);
  return OK;
}

function tryPut(key: usize, keyBytes: u32, link: u64): i32 {
  const found = locate(key, keyBytes);
  const leaf = lockLeaf(found, sliceAt(key, keyBytes, context().depth));
  const placed = place(edit(leaf), key, keyBytes, link);
  if (placed == DONE && !climb()) return NEEDS_MORE;
  return placed;
}
