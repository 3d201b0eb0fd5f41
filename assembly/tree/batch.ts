// Several keys in one mini-transaction. The host stages the operations as records in key order;
// then: find all leaves, lock all leaves (deepest layers first, left to right), validate what a
// transaction has read, work on the shadows in key order, climb, commit. Losing any race before the
// commit costs a restart and nothing else.

import { PLAN_ENTRY, planCap, planOffset } from "../layout/block";
import { INS } from "../layout/lock-word";
import { PlanEntry } from "../layout/plan";
import {
  KIND_DELETE, KIND_PUT, KIND_SYSTEM, keyOf, logRecord, recordBytes, valueOf,
} from "../layout/record";
import { ROOT } from "../layout/superblock";
import { addressInOpenFrame, writeHeader, writeLongKey } from "../log/append";
import { countDead } from "../log/dead";
import { appendAddress, moveTail } from "../log/frames";
import { abandon, begin, canTryAgain, commit, commitWords } from "../mtx/commit";
import { recordAs } from "../mtx/identity";
import { hasRoomForLock, isMine, lock, stopReaders } from "../mtx/locks";
import { edit, shadowOf } from "../mtx/shadow";
import { stage } from "../mtx/staged";
import { PUTS, count } from "../sync/counters";
import { context, myBlock } from "../sync/instance";
import { keyArea } from "./areas";
import { carryOffset, dropOffset } from "./carry";
import { climb } from "./climb";
import { RANK_LONG, sliceAt } from "./key";
import { matchingSlot } from "./match";
import { covers, locate } from "./locate";
import {
  DEEPER, DONE, MISSING, NEEDS_MORE, NOT_LOADED, UNREADABLE, awaitLacking, place, take,
} from "./place";
import { AGAIN, OK, TOO_LARGE } from "./put";
import { awaitHolders, readSetIsFull, readsAreValid, readsElsewhere } from "./reads";
import { askForMore, makeRoom } from "./room";
import { waitForSerial } from "./serial";
import { findWorking, linkIn, permutationIn } from "./working";

/** Result: something that the transaction read has changed. */
@inline export const CONFLICT: i32 = -3;

/** Internal: a leaf has moved on between finding and locking. */
@inline export const STALE: i32 = -4;
/** Internal: the redo ring has no room for the record now. */
@inline const OUTGROWN: i32 = -5;

@inline function entryAt(i: u32): PlanEntry {
  return changetype<PlanEntry>(myBlock + planOffset() + <usize>i * PLAN_ENTRY);
}

/**
 * Makes room for staged records of `bytes` bytes in all. Batches that only delete may use the
 * reserve. False: the store is full.
 */
export function reserveBatch(bytes: u32, deletesOnly: bool): bool {
  context().stagedFrom = 0;
  context().plan = 0;
  return makeRoom(bytes, deletesOnly);
}
/**
 * Stages one operation; its key stands in key area 0. Operations come in ascending key order, each
 * key once. Returns where the value goes; 0: too many operations.
 */
export function stageEntry(isDelete: bool, keyBytes: u32, valueBytes: u32): usize {
  const my = context();
  if (my.plan == planCap()) return 0;
  if (my.plan == 0) {
    my.stagedFrom = <u32>appendAddress();
    my.stagedTo = my.stagedFrom;
  }
  const record = <usize>my.stagedTo;
  const kind = <usize>my.tree == ROOT ? KIND_PUT : KIND_SYSTEM;
  writeHeader(record, isDelete ? KIND_DELETE : kind, keyBytes, valueBytes);
  writeLongKey(record, keyArea(0), keyBytes);
  entryAt(my.plan++).record = <u32>record;
  my.stagedTo = <u32>(record + recordBytes(keyBytes, valueBytes));
  return valueOf(record);
}

/**
 * Commits what was staged, all or nothing; with `validate`, only if the captured reads still hold.
 * OK, AGAIN (reserve and stage again), CONFLICT, TOO_LARGE or UNREADABLE.
 */
export function commitBatch(validate: bool): i32 {
  waitForSerial();
  let result = STALE;
  while (result == STALE) {
    result = prepareBatch(validate);
    if (result == DONE) result = carryOffset();
    result = finishBatch(result, validate);
  }
  dropOffset();
  if (result == OK) count(PUTS);
  return result;
}
/**
 * All of a batch but its commit: what was staged stands in the shadows of locked nodes. DONE, or
 * what finishBatch has to make of it.
 */
export function prepareBatch(validate: bool): i32 {
  if (validate && readSetIsFull()) return TOO_LARGE;
  const from = <usize>context().stagedFrom;
  const to = <usize>context().stagedTo;
  begin();
  stage(from, to);
  let result = lockLeaves();
  if (result == DONE && validate && !readsAreValid()) result = CONFLICT;
  if (result == DONE) result = placeAll();
  if (result == DONE && !climb()) result = NEEDS_MORE;
  return result;
}
/**
 * [9.2] The last look at the captured reads. Behind it others may change leaves that were read and
 * are not held; so before it readers are stopped: nobody sees such a change, and then what I write
 * as it was before.
 */
function stillHolds(): bool {
  if (!readsElsewhere()) return true;
  stopReaders();
  return readsAreValid();
}
/**
 * Commits what was prepared, with or without reads to validate, or gives it up. STALE: to be
 * prepared once more; else a result.
 */
export function finishBatch(prepared: i32, validate: bool): i32 {
  let result = prepared;
  if (result == DONE) {
    moveTail(<usize>context().stagedTo);
    if (<usize>context().tree == ROOT) recordAs();
    if (validate && !stillHolds()) result = CONFLICT;
    else if (commit(context().plan)) {
      context().nodesWanted = 0;
      return OK;
    } else result = OUTGROWN;
  }
  abandon();
  if (result == OUTGROWN) return canTryAgain() ? STALE : TOO_LARGE;
  if (result == NEEDS_MORE) return askForMore() ? AGAIN : TOO_LARGE;
  if (result == CONFLICT) awaitHolders();
  if (result <= NOT_LOADED) return awaitLacking(result) ? STALE : UNREADABLE;
  return result;
}

/** Validates the captured reads of a transaction that writes nothing. */
export function commitReads(): i32 {
  if (readSetIsFull()) return TOO_LARGE;
  begin();
  let result = carryOffset();
  dropOffset();
  if (result == DONE && !readsAreValid()) result = CONFLICT;
  if (result == DONE && context().words > 0) return commitWords() ? OK : TOO_LARGE;
  abandon();
  if (result == CONFLICT) awaitHolders();
  return result;
}

/** Finds and locks the leaf of every key, in the global order. */
function lockLeaves(): i32 {
  let deepest: u32 = 0;
  for (let i: u32 = 0, n = context().plan; i < n; i++) {
    const entry = entryAt(i);
    const record = <usize>entry.record;
    entry.leaf = <u32>locate(keyOf(record), logRecord(record).keyBytes);
    entry.root = context().root;
    entry.depth = context().depth;
    deepest = max<u32>(deepest, entry.depth);
  }
  for (let depth = deepest; ; depth--) {
    for (let i: u32 = 0, n = context().plan; i < n; i++) {
      const result = entryAt(i).depth == depth ? lockOne(entryAt(i)) : DONE;
      if (result != DONE) return result;
    }
    if (depth == 0) break;
  }
  return DONE;
}
function lockOne(entry: PlanEntry): i32 {
  const leaf = <usize>entry.leaf;
  if (!isMine(leaf)) {
    if (!hasRoomForLock()) return TOO_LARGE;
    lock(leaf, INS);
    edit(leaf);
  }
  const record = <usize>entry.record;
  const slice = sliceAt(keyOf(record), logRecord(record).keyBytes, entry.depth);
  return covers(leaf, slice) ? DONE : STALE;
}

function placeAll(): i32 {
  for (let i: u32 = 0, n = context().plan; i < n; i++) {
    const result = placeOne(entryAt(i));
    if (result != DONE) return result;
  }
  return DONE;
}
/** Root of the layer whose entry the leaf has for this slice. */
function layerUnder(shadow: usize, slice: u64): usize {
  const slot = matchingSlot(shadow, permutationIn(shadow), slice, RANK_LONG);
  return <usize>linkIn(shadow, slot);
}
/** One operation on the shadows; layers that this batch has made are followed. */
function placeOne(entry: PlanEntry): i32 {
  const my = context();
  const record = <usize>entry.record;
  const key = keyOf(record);
  const keyBytes = <u32>logRecord(record).keyBytes;
  let from = <usize>entry.leaf;
  my.root = entry.root;
  my.depth = entry.depth;
  while (true) {
    const leaf = findWorking(from, sliceAt(key, keyBytes, my.depth), 0);
    if (!isMine(leaf)) return STALE;
    const isDelete = logRecord(record).kind == KIND_DELETE;
    const result = isDelete
      ? take(shadowOf(leaf), key, keyBytes)
      : place(shadowOf(leaf), key, keyBytes, addressInOpenFrame(record));
    if (isDelete && (result == DONE || result == MISSING)) countDead(addressInOpenFrame(record));
    if (result != DEEPER) return result == MISSING ? DONE : result;
    from = layerUnder(shadowOf(leaf), sliceAt(key, keyBytes, my.depth));
    my.root = <u32>from;
    my.depth++;
  }
}
