// remove: one key. Needs no space, so it works in a full store.

import { abandon, begin, canTryAgain, commit } from "../mtx/commit";
import { recordAs } from "../mtx/identity";
import { edit } from "../mtx/shadow";
import { REMOVES, count } from "../sync/counters";
import { context } from "../sync/instance";
import { callSlice, keyArea } from "./areas";
import { sliceAt } from "./key";
import { locate, lockLeaf } from "./locate";
import { DONE, MISSING, NOT_LOADED, UNREADABLE, awaitLacking, take } from "./place";
import { TOO_LARGE } from "./put";
import { waitForSerial } from "./serial";
import { writeSlice } from "../layout/bytes";

/** 1: removed, 0: it was not there, TOO_LARGE or UNREADABLE. O(height) per layer. */
export function remove(high: u32, low: u32, keyBytes: u32): i32 {
  const key = keyArea(0);
  if (keyBytes <= 8) writeSlice(key, callSlice(high, low));
  waitForSerial();
  while (true) {
    begin();
    const found = locate(key, keyBytes);
    const leaf = lockLeaf(found, sliceAt(key, keyBytes, context().depth));
    const taken = take(edit(leaf), key, keyBytes);
    if (taken == DONE) {
      recordAs();
      if (commit(1)) break;
      abandon();
      if (canTryAgain()) continue;
      return TOO_LARGE;
    }
    abandon();
    if (taken == MISSING) return MISSING;
    if (taken <= NOT_LOADED && !awaitLacking(taken)) return UNREADABLE;
  }
  count(REMOVES);
  return DONE;
}
