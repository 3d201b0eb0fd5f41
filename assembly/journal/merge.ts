// The merge of the redo rings: the records of an epoch range from all slots, in ticket order. A
// slot's own records are in ticket order already, so the smallest head of all slots comes next.

import { CURSORS, CURSOR_BYTES, Cursor } from "../layout/journal";
import { itemBytes, tagOf, ticketOf } from "../layout/redo";
import { ST, TAIL } from "../layout/slot";
import { stHead } from "../layout/state-word";
import { superblock } from "../layout/superblock";
import { nextHead, recordOf, tailOf } from "../mtx/ring";
import { blockOf, slotLines } from "../sync/instance";
import { acquire64, publish32 } from "../sync/shared";
import { bufferAddress } from "./buffer";

@inline function cursorAt(i: u32): Cursor {
  return changetype<Cursor>(bufferAddress() + CURSORS + <usize>i * CURSOR_BYTES);
}
@inline function headOf(slot: u32): u32 {
  return stHead(acquire64(slotLines(slot) + ST));
}

/**
 * [I3] Sets a cursor on every slot that has records with `after` < tag <= `last`; how many. What a
 * predecessor has flushed and not drained is passed over.
 */
export function openCursors(after: u64, last: u64): u32 {
  let cursors: u32 = 0;
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    if (blockOf(slot) == 0) continue;
    const head = headOf(slot);
    let next = tailOf(slot);
    while (next != head && tagOf(recordOf(slot, next)) <= after) next = nextHead(next);
    let end = next;
    while (end != head && tagOf(recordOf(slot, end)) <= last) end = nextHead(end);
    if (next == end) continue;
    const cursor = cursorAt(cursors++);
    cursor.slot = slot;
    cursor.next = next;
    cursor.end = end;
    cursor.ticket = ticketOf(recordOf(slot, next));
  }
  return cursors;
}
/** Bytes of all records between the cursors and their ends, with what they have staged. */
export function bytesAhead(cursors: u32): u64 {
  let bytes: u64 = 0;
  for (let i: u32 = 0; i < cursors; i++) {
    const cursor = cursorAt(i);
    for (let k = cursor.next; k != cursor.end; k = nextHead(k)) {
      bytes += itemBytes(recordOf(cursor.slot, k));
    }
  }
  return bytes;
}
/** The next record in ticket order, then by slot; 0 behind the last one. */
export function nextRecord(cursors: u32): usize {
  let first: Cursor | null = null;
  for (let i: u32 = 0; i < cursors; i++) {
    const cursor = cursorAt(i);
    if (cursor.next == cursor.end) continue;
    if (first === null || cursor.ticket < first.ticket) first = cursor;
  }
  if (first === null) return 0;
  const record = recordOf(first.slot, first.next);
  first.next = nextHead(first.next);
  if (first.next != first.end) first.ticket = ticketOf(recordOf(first.slot, first.next));
  return record;
}

/** [I6] Gives the rings the space back of all records with tag <= `last`. */
export function moveTails(last: u64): void {
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    if (blockOf(slot) == 0) continue;
    const head = headOf(slot);
    const before = tailOf(slot);
    let tail = before;
    while (tail != head && tagOf(recordOf(slot, tail)) <= last) tail = nextHead(tail);
    if (tail != before) publish32(slotLines(slot) + TAIL, tail);
  }
}
/** Whether any ring holds a record. */
export function anyRecords(): bool {
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    if (headOf(slot) != tailOf(slot)) return true;
  }
  return false;
}
