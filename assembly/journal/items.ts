// The items of a block: redo records in ticket order, each followed by the log records that it
// links. They are put where they were, and the entries applied, as recovery does.

import { FAILED_DAMAGED } from "../layout/journal";
import {
  REDO_HEADER, bytesOf, entriesOf, isSane, stagedBytesOf, stagedOf, ticketOf,
} from "../layout/redo";
import { OLD_TICKETS, superblock } from "../layout/superblock";
import { applyEntries } from "../mtx/apply";
import { acquire64, publish64 } from "../sync/shared";
import { dataArea, dataBytes } from "./buffer";
import { markRecord } from "./dirty";
import { fail } from "./failure";
import { readWhole } from "./files";
import { isLazy, loadFor } from "./lazy";

/** Applies the items between two positions of the file at hand: those of a block of that epoch. */
export function applyItems(from: u64, end: u64, epoch: u64): bool {
  for (let at = from; at < end; ) {
    const bytes = <u32>min<u64>(dataBytes(), end - at);
    if (!readWhole(dataArea(), bytes, at)) return false;
    const done = applyWindow(at, dataArea() + bytes, epoch);
    if (done == 0) return false;
    at += done;
  }
  return true;
}
/** Applies the items whose records stand whole in the data area; how many bytes of the file. */
function applyWindow(at: u64, limit: usize, epoch: u64): u64 {
  const region = <u64>superblock().kib << 10;
  let p = dataArea();
  while (p + REDO_HEADER <= limit && p + bytesOf(p) <= limit) {
    if (!isSane(p, region)) return damaged(at);
    const record = p;
    p += bytesOf(record);
    if (isLazy() && !loadFor(record)) return 0;
    markRecord(record, epoch);
    const staged = stagedBytesOf(record);
    const here = <u32>min<usize>(staged, limit - p);
    memory.copy(stagedOf(record), p, here);
    if (here < staged) {
      const rest = at + (p - dataArea()) + here;
      if (!readWhole(stagedOf(record) + here, staged - here, rest)) return 0;
    }
    p += staged;
    applyEntries(entriesOf(record), record + bytesOf(record));
    if (ticketOf(record) > acquire64(OLD_TICKETS)) publish64(OLD_TICKETS, ticketOf(record));
    if (p >= limit) break;
  }
  return p == dataArea() ? damaged(at) : <u64>(p - dataArea());
}
function damaged(at: u64): u64 {
  fail(FAILED_DAMAGED, at, 0);
  return 0;
}
