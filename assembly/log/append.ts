// Appending: a record is written behind the tail of my open frame, where it is private, and
// becomes part of the log when the operation that links it moves the tail.

import { logAddress } from "../layout/log-address";
import { keyOf, logRecord, padded, recordBytes } from "../layout/record";
import { writeSlice } from "../layout/bytes";
import { appendAddress, frameStart, openFrame } from "./frames";

/** Fills the header of the record at `record`; key and value bytes are written separately. */
export function writeHeader(record: usize, kind: u32, keyBytes: u32, valueBytes: u32): void {
  const header = logRecord(record);
  header.bytes = recordBytes(keyBytes, valueBytes);
  header.keyBytes = <u16>keyBytes;
  header.kind = <u16>kind;
  header.valueBytes = valueBytes;
  header.checksum = 0;
  header.version = 0;
  header.expiry = 0;
}
/** Key of at most 8 bytes, given as a slice; the empty key has no bytes to write. */
@inline export function writeShortKey(record: usize, keyBytes: u32, slice: u64): void {
  if (keyBytes > 0) writeSlice(keyOf(record), slice);
}
@inline export function writeLongKey(record: usize, key: usize, keyBytes: u32): void {
  memory.copy(keyOf(record), key, keyBytes);
}
/** Log address of a record in my open frame. */
@inline export function addressInOpenFrame(record: usize): u64 {
  const frame = openFrame();
  return logAddress(frame, <u32>(record - frameStart(frame)));
}
/** Where the value of my next record goes, if its key has so many bytes. */
@inline export function nextValue(keyBytes: u32): usize {
  return keyOf(appendAddress()) + padded(keyBytes);
}
