// From a log address to the record, for readers who hold no lock: the frame may be freed and used
// again at any moment, so nothing that is read may lead outside of its frame. Whether the bytes
// were the right ones, the reader learns from the lock word of the leaf that named them.
//
// A frame whose bytes are still in the files is cold, and nothing resolves into it before all of it
// is there (sync/cold.ts).

import { frameOf, offsetOf } from "../layout/log-address";
import { RECORD_HEADER, logRecord, recordBytes } from "../layout/record";
import { superblock } from "../layout/superblock";
import { FRAME_PLACE, frameEntry, isWarm, lowOf, placeBytes } from "../layout/tables";
import { awaitFrame, isAwaited } from "../sync/cold";
import { context } from "../sync/instance";
import { acquire64 } from "../sync/shared";

/** The record, or 0 if it is not loaded, or what stands there can not be one any more. */
export function resolve(address: u64): usize {
  const frame = frameOf(address);
  if (frame - 1 >= superblock().frames) return 0;
  const place = acquire64(frameEntry(frame) + FRAME_PLACE);
  if (!isWarm(place)) return 0;
  const room: u32 = placeBytes(place) - offsetOf(address);
  const record = <usize>lowOf(place) + offsetOf(address);
  if (<i32>room < <i32>RECORD_HEADER) return 0;
  const header = logRecord(record);
  const bytes = header.bytes;
  if (bytes > room || bytes != recordBytes(header.keyBytes, header.valueBytes)) return 0;
  return record;
}

/**
 * Of a link that holds and did not resolve: whether it never will, because its frame is damaged or
 * the link names no record. Else the frame is being loaded, or has been meanwhile.
 */
export function isLost(link: u64): bool {
  const frame = frameOf(link);
  if (frame - 1 >= superblock().frames) return true;
  return isAwaited(frame) ? false : resolve(link) == 0;
}
/** The same; leaves in the context which frame it is that the operation lacks. */
export function isLostTo(link: u64): bool {
  context().unread = frameOf(link);
  return isLost(link);
}
/**
 * After a link that holds did not resolve, with no lock held: waits until its frame is loaded.
 * True: look again. False: the record cannot be had, and the context says in which frame it is.
 */
export function awaitRecord(link: u64): bool {
  return !isLostTo(link) && awaitFrame(frameOf(link));
}
/** Where a place in a frame is in memory, 0 while the frame is cold. */
export function addressIn(frame: u32, offset: u32): usize {
  const place = acquire64(frameEntry(frame) + FRAME_PLACE);
  return isWarm(place) ? <usize>lowOf(place) + offset : 0;
}
