// The cleaner: overwrites and removals leave dead records behind. It takes a frame that is mostly
// dead, gives each record that still has a link a new place, and retires the frame. Re-linking is
// an ordinary mini-transaction: lock the leaf, the link still names the old place, store the new.

import { KIND_LAYER } from "../layout/node";
import { FRAME_BYTES_MAX, logAddress } from "../layout/log-address";
import { KIND_DELETE, KIND_SYSTEM, keyOf, logRecord } from "../layout/record";
import { CLEANER_LEASE, FREE_UNITS, ROOT, SYSTEM_ROOT, superblock } from "../layout/superblock";
import { FRAME_SEALED, highOf, lowOf, pair } from "../layout/tables";
import { addressInOpenFrame } from "../log/append";
import { countDead, deadIn } from "../log/dead";
import {
  appendAddress, frameStart, frameState, freeLimbo, moveTail, openRoom, retireFrame, rollFrame,
  sealedTail,
} from "../log/frames";
import { retireAllIdle } from "../log/stream-frames";
import { abandon, begin, commitWords } from "../mtx/commit";
import { edit } from "../mtx/shadow";
import { stageCopies } from "../mtx/staged";
import { readWord } from "../mtx/words";
import { isCold } from "../sync/cold";
import { CLEANED, RELINKED, count } from "../sync/counters";
import { acquireFence } from "../sync/fence";
import { context, incarnationIsDead, mySlot } from "../sync/instance";
import { kindOf, linkOf, permutationOf, unchanged } from "../sync/node-reads";
import { sleepWhileHeld, wakeAll } from "../sync/park";
import { isPinned } from "../sync/pins";
import { acquire64, publish64, swapped64 } from "../sync/shared";
import { kindFor, restAt, sliceAt } from "./key";
import { stableWord } from "./descend";
import { covers, locate, lockLeaf } from "./locate";
import { NO_SLOT, matchingSlot } from "./match";
import { serialIsElsewhere, waitForSerial } from "./serial";
import { permutationIn, setLink } from "./working";

/** What moving records has come to: no place for one, all have one, somebody runs serially. */
@inline const NO_ROOM: i32 = 0;
@inline const MOVED: i32 = 1;
@inline const SERIAL: i32 = 2;

/** What a call has come to: nothing to gain, space was freed, or somebody must be waited for. */
@inline export const NOTHING: i32 = 0;
@inline export const CLEANED_ONE: i32 = 1;
@inline export const WAITING: i32 = 2;

/**
 * Cleans the frame with fewest live bytes among those of which at least `sixteenths` are dead, and
 * frees what no reader sees any more. One cleaner at a time, by a lease that is void when its
 * holder is dead.
 */
export function cleanOne(sixteenths: u32): i32 {
  const held = acquire64(CLEANER_LEASE);
  const isVoid = held == 0 || incarnationIsDead(lowOf(held), highOf(held));
  const mine = pair(mySlot, context().generation);
  if (!isVoid) sleepWhileHeld(CLEANER_LEASE, held);
  if (!isVoid || !swapped64(CLEANER_LEASE, held, mine)) return WAITING;
  const victim = deadest(sixteenths);
  const outcome = victim != 0 ? relinkAll(victim) : NO_ROOM;
  const moved = outcome == MOVED;
  if (moved) {
    retireFrame(victim);
    count(CLEANED);
  }
  const retired = retireAllIdle();
  const waiting = freeLimbo();
  publish64(CLEANER_LEASE, 0);
  wakeAll(CLEANER_LEASE);
  if (outcome == SERIAL) {
    // Who runs serially may be waiting for the lease: it was given back before this wait.
    waitForSerial();
    return WAITING;
  }
  // Waiting for my own pin would be waiting for myself.
  return moved || retired > 0 ? CLEANED_ONE : waiting > 0 && !isPinned() ? WAITING : NOTHING;
}

/**
 * The sealed frame with fewest live bytes, 0 if none is dead enough: those bytes have to find room
 * elsewhere, in ordinary frames. A large frame is left until they fit half of what is free.
 */
function deadest(sixteenths: u32): u32 {
  const frameBytes: u32 = 1 << superblock().frameShift;
  let best: u32 = 0;
  const free = readWord(FREE_UNITS) << superblock().unitShift;
  let fewest = <u32>min<u64>(max<u64>(frameBytes, free >> 1), FRAME_BYTES_MAX) + 1;
  for (let frame: u32 = 1, n = superblock().frames; frame <= n; frame++) {
    if (frameState(frame) != FRAME_SEALED || isCold(frame)) continue;
    const tail = sealedTail(frame);
    const dead = min<u32>(deadIn(frame), tail);
    const live = tail - dead;
    if (<u64>dead * 16 < <u64>tail * sixteenths || live >= fewest) continue;
    best = frame;
    fewest = live;
  }
  return best;
}

/** Gives every linked record of a sealed frame a new place. */
function relinkAll(frame: u32): i32 {
  // The plain word that says "sealed" was read before anything that stands in the frame.
  acquireFence();
  const start = frameStart(frame);
  const end = start + sealedTail(frame);
  const tree = context().tree;
  let outcome = MOVED;
  for (let p = start; p < end && outcome == MOVED; p += logRecord(p).bytes) {
    if (logRecord(p).kind == KIND_DELETE) continue;
    context().tree = <u32>(logRecord(p).kind == KIND_SYSTEM ? SYSTEM_ROOT : ROOT);
    const address = logAddress(frame, <u32>(p - start));
    if (isLinked(p, address)) outcome = relink(p, address);
  }
  context().tree = tree;
  return outcome;
}

/** Whether the tree names the record at this address; validated, no lock. */
function isLinked(record: usize, address: u64): bool {
  const key = keyOf(record);
  const keyBytes = <u32>logRecord(record).keyBytes;
  while (true) {
    const leaf = locate(key, keyBytes);
    const word = stableWord(leaf);
    const slot = slotFor(leaf, permutationOf(leaf), key, keyBytes);
    const linked = slot != NO_SLOT && linkOf(leaf, slot) == address;
    const layer = slot != NO_SLOT && kindOf(leaf, slot) == KIND_LAYER;
    if (!layer && covers(leaf, sliceAt(key, keyBytes, context().depth)) && unchanged(leaf, word)) {
      return linked;
    }
  }
}

function relink(record: usize, address: u64): i32 {
  const bytes = logRecord(record).bytes;
  if (openRoom() < bytes && !rollFrame(bytes, true)) return NO_ROOM;
  const key = keyOf(record);
  const keyBytes = <u32>logRecord(record).keyBytes;
  if (serialIsElsewhere()) return SERIAL;
  begin();
  const found = locate(key, keyBytes);
  const leaf = lockLeaf(found, sliceAt(key, keyBytes, context().depth));
  const shadow = edit(leaf);
  const slot = slotFor(shadow, permutationIn(shadow), key, keyBytes);
  // Replaced, removed or pushed into a layer meanwhile: the next look at the record will tell.
  if (slot == NO_SLOT || linkOf(shadow, slot) != address || kindOf(shadow, slot) == KIND_LAYER) {
    abandon();
    return isLinked(record, address) ? relink(record, address) : MOVED;
  }
  const copy = appendAddress();
  memory.copy(copy, record, bytes);
  stageCopies(copy, copy + bytes);
  countDead(address);
  setLink(shadow, slot, addressInOpenFrame(copy));
  moveTail(copy + bytes);
  if (!commitWords()) return NO_ROOM;
  count(RELINKED);
  return MOVED;
}

@inline function slotFor(leaf: usize, permutation: u64, key: usize, keyBytes: u32): i32 {
  const depth = context().depth;
  const slice = sliceAt(key, keyBytes, depth);
  return matchingSlot(leaf, permutation, slice, kindFor(restAt(keyBytes, depth)));
}
