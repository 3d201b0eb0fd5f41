// Staged records: log records that this operation has written behind the tail of its open frame.
// They are private until the commit moves the tail; what they still lack is the ticket.

import { logRecord } from "../layout/record";
import { context } from "../sync/instance";

/** Names the records of this operation: consecutive, from `from` up to `to`. */
@inline export function stage(from: usize, to: usize): void {
  context().stagedFrom = <u32>from;
  context().stagedTo = <u32>to;
}
/** Gives every staged record its version, before the commit store makes them reachable. */
@inline export function stampStaged(ticket: u64): void {
  const end = <usize>context().stagedTo;
  for (let p = <usize>context().stagedFrom; p < end; p += logRecord(p).bytes) {
    logRecord(p).version = ticket;
  }
}
