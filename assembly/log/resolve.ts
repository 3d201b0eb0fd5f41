// From a log address to the record, for readers who hold no lock: the frame may be freed and used
// again at any moment, so nothing that is read may lead outside of its frame. Whether the bytes
// were the right ones, the reader learns from the lock word of the leaf that named them.

import { frameOf, offsetOf } from "../layout/log-address";
import { RECORD_HEADER, logRecord, recordBytes } from "../layout/record";
import { superblock } from "../layout/superblock";
import { FRAME_PLACE, highOf, lowOf } from "../layout/tables";
import { acquire64 } from "../sync/shared";
import { frameEntry } from "./frames";

/** The record, or 0 if what stands there can not be one any more. */
export function resolve(address: u64): usize {
  const frame = frameOf(address);
  if (frame - 1 >= superblock().frames) return 0;
  const place = acquire64(frameEntry(frame) + FRAME_PLACE);
  const start = <usize>lowOf(place);
  if (start == 0) return 0;
  const room: u32 = (<u32>1 << (highOf(place) + superblock().unitShift)) - offsetOf(address);
  const record = start + offsetOf(address);
  if (<i32>room < <i32>RECORD_HEADER) return 0;
  const header = logRecord(record);
  const bytes = header.bytes;
  if (bytes > room || bytes != recordBytes(header.keyBytes, header.valueBytes)) return 0;
  return record;
}
