// Private lists of an operation on several keys or levels, in its block.

import { CLIMB_ENTRY, PLAN_ENTRY, READ_ENTRY } from "./block";

/** One key of a batch: its staged record, and the leaf and layer where it was found to belong. */
@unmanaged export class PlanEntry {
  record: u32;
  leaf: u32;
  root: u32;
  depth: u32;
}
/** A node that the level above does not know yet. */
@unmanaged export class ClimbEntry {
  slice: u64;
  root: u32;
  level: u32;
  child: u32;
  depth: u32;
}
/** A leaf that a transaction has read, with the lock word that it saw. */
@unmanaged export class ReadEntry {
  word: u64;
  leaf: u32;
}
/** Number + 1 of a read entry; see readCacheOffset. */
@unmanaged export class ReadHint {
  entry: u32;
}
/** One entry of a scan's output: where key and value stand. The host reads it as four u32. */
@unmanaged export class OutputEntry {
  key: u32;
  keyBytes: u32;
  value: u32;
  valueBytes: u32;
}

if (offsetof<PlanEntry>() > PLAN_ENTRY) ERROR("plan entry does not fit");
if (offsetof<ClimbEntry>() > CLIMB_ENTRY) ERROR("climb entry does not fit");
if (offsetof<ReadEntry>() > READ_ENTRY) ERROR("read entry does not fit");
