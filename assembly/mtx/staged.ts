// Staged records: log records that this operation has written behind the tail of its open frame.
// They are private until the commit moves the tail; what they still lack is the ticket. The redo
// record names them, because the journal takes frames' bytes from the records that link them.

import { logRecord } from "../layout/record";
import { STAGED_RECORDS } from "../layout/redo";
import { context } from "../sync/instance";

/** Names the records of this operation: consecutive, from `from` up to `to`. */
@inline export function stage(from: usize, to: usize): void {
  stageCopies(from, to);
  context().stampTo = <u32>to;
}
/** The same for records that have their version already. */
@inline export function stageCopies(from: usize, to: usize): void {
  stageBytes(from, to);
  context().stagedKind = <u16>STAGED_RECORDS;
}
/** Names bytes of my frame that this operation publishes and that are no log records. */
@inline export function stageBytes(from: usize, to: usize): void {
  context().stagedFrom = context().stampTo = <u32>from;
  context().stagedTo = <u32>to;
  context().stagedKind = 0;
}
/** Gives every staged record its version, before the commit store makes them reachable. */
@inline export function stampStaged(ticket: u64): void {
  const end = <usize>context().stampTo;
  for (let p = <usize>context().stagedFrom; p < end; p += logRecord(p).bytes) {
    logRecord(p).version = ticket;
  }
}
