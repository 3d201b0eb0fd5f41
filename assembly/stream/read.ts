// Reading: where the messages of a partition lie from a number on. Nothing is copied and nothing is
// locked; the bytes stay while a lease keeps them (stream/leases.ts) or a pin is held.

import { EXTENTS_KEY_BYTES, writeExtentsKey } from "../layout/catalog";
import {
  EXTENTS, EXTENTS_BYTES, FLAG_DESTROYED, PARTITION_CELLS, PARTITION_EXTENTS, PARTITION_FIRST,
  PARTITION_ID, PARTITION_TAIL, PARTITION_USED, READ_EXTENT, ReadExtent, extentAt, extentBase,
  extentBytes, extentCount, extentEnd, extentFrame, extentOffset, framedBytes,
} from "../layout/partition";
import { superblock } from "../layout/superblock";
import { highOf, lowOf } from "../layout/tables";
import { addressIn } from "../log/resolve";
import { readWord } from "../mtx/words";
import { askForFrame, awaitFrame } from "../sync/cold";
import { context } from "../sync/instance";
import { keyArea, outputArea } from "../tree/areas";
import { DESTROYED } from "../tree/carry";
import { UNREADABLE } from "../tree/place";
import { HAS_END, HAS_START, REVERSE, WITH_END, WITH_START } from "../tree/scan";
import { copyPartition } from "./copy";
import { belongsTo } from "./nodes";
import { firstEntry, scratch } from "./system";

/**
 * Puts out the extents from message `from` on, or from the oldest one that is left: up to eight,
 * the first cut so that it begins with that message. `hint`: where it begins in memory, if the
 * caller knows; else framed messages before it are stepped over. Extents that are not loaded are
 * waited for only if they come first. How many extents, 0 if there is no such message yet,
 * DESTROYED, UNREADABLE. O(log old extents).
 */
export function partitionRead(
  node: usize, id: u32, fromLow: u32, fromHigh: u32, hint: usize,
): i32 {
  const from = (<u64>fromHigh << 32) | fromLow;
  const view = scratch(0);
  while (true) {
    copyPartition(view, node);
    if (!belongsTo(view, id) || highOf(readWord(view + PARTITION_CELLS)) & FLAG_DESTROYED) {
      return DESTROYED;
    }
    const at = max<u64>(from, readWord(view + PARTITION_FIRST));
    if (at >= readWord(view + PARTITION_TAIL)) return 0;
    const use = readWord(view + PARTITION_USED);
    const extents = view + PARTITION_EXTENTS;
    if (lowOf(use) != 0 && at >= extentBase(extents)) {
      return putOut(extents, lowOf(use), at, highOf(use), hint);
    }
    const old = scratch(1);
    if (!findOld(id, highOf(readWord(view + PARTITION_ID)), at, old)) {
      if (context().unread != 0) return UNREADABLE;
      // Trimmed since the copy was made: look again.
      continue;
    }
    return putOut(old, EXTENTS, at, highOf(use), hint);
  }
}
/** Copies the record of the old extents that hold message `at`; false: it is not there any more. */
function findOld(id: u32, partition: u32, at: u64, to: usize): bool {
  writeExtentsKey(keyArea(1), id, partition, 0);
  writeExtentsKey(keyArea(0), id, partition, at);
  const flags = REVERSE | HAS_START | WITH_START | HAS_END | WITH_END;
  const bytes = EXTENTS_KEY_BYTES;
  if (firstEntry(flags, bytes, bytes, to, EXTENTS_BYTES) != bytes) return false;
  return at < extentEnd(extentAt(to, EXTENTS - 1));
}

/** Writes the extents of a list that reach behind message `at` to the output area. */
function putOut(list: usize, used: u32, at: u64, rowBytes: u32, hint: usize): i32 {
  const most = superblock().outputBytes / <u32>READ_EXTENT;
  let n: u32 = 0;
  for (let i: u32 = 0; i < used && n < most; i++) {
    const extent = extentAt(list, i);
    if (extentEnd(extent) <= at) continue;
    const out = changetype<ReadExtent>(outputArea() + <usize>n * READ_EXTENT);
    const frame = extentFrame(extent);
    let start = addressIn(frame, extentOffset(extent));
    if (start == 0) {
      if (n > 0) {
        // Whoever reads on will need it soon.
        askForFrame(frame);
        break;
      }
      if (!awaitFrame(frame)) return UNREADABLE;
      start = addressIn(frame, extentOffset(extent));
    }
    const before = at > extentBase(extent) ? <u32>(at - extentBase(extent)) : 0;
    const end = start + extentBytes(extent);
    const address = before == 0 ? start : skip(start, end, before, rowBytes, hint);
    const base = extentBase(extent) + before;
    out.address = <u32>address;
    out.bytes = <u32>(end - address);
    out.count = extentCount(extent) - before;
    out.baseLow = <u32>base;
    out.baseHigh = <u32>(base >> 32);
    out.frame = frame;
    n++;
  }
  return <i32>n;
}
/** Where message `before` of the extent begins. */
function skip(start: usize, end: usize, before: u32, rowBytes: u32, hint: usize): usize {
  if (rowBytes != 0) return start + <usize>before * rowBytes;
  if (hint > start && hint < end) return hint;
  let p = start;
  for (let i: u32 = 0; i < before && p < end; i++) p += framedBytes(p);
  return min<usize>(p, end);
}
