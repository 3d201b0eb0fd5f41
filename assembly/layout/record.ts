// A log record: one key and its value (or one deletion of a batch) in a frame. Never updated in
// place once it is committed.
//
//   0  bytes u32: size of the record, a multiple of 8      4  key bytes u16 | 6 kind u16
//   8  value bytes u32                                    12  checksum u32: the low half of the sum
//  16  version u64: ticket of the commit                      of the whole record with 0 in here
//  24  expiry u64, milliseconds, 0 = never (reserved)
//  32  key, padded to 8                                    .  value, padded to 8

@inline export const RECORD_HEADER: usize = 32;
@inline export const KIND_PUT: u32 = 0;
@inline export const KIND_DELETE: u32 = 1;
/** As KIND_PUT, and the system map has the link. */
@inline export const KIND_SYSTEM: u32 = 2;

@unmanaged export class LogRecord {
  bytes: u32;
  keyBytes: u16;
  kind: u16;
  valueBytes: u32;
  checksum: u32;
  version: u64;
  expiry: u64;
}

if (offsetof<LogRecord>("version") != 16) ERROR("record: version moved");
if (offsetof<LogRecord>() != RECORD_HEADER) ERROR("record: header size");

@inline export function logRecord(address: usize): LogRecord {
  return changetype<LogRecord>(address);
}
@inline export function padded(bytes: u32): u32 {
  return (bytes + 7) & ~7;
}
@inline export function recordBytes(keyBytes: u32, valueBytes: u32): u32 {
  return <u32>RECORD_HEADER + padded(keyBytes) + padded(valueBytes);
}
/** Where a long record's third cache line begins, or later. */
@inline const FAR: usize = 128;
/**
 * A byte far behind the header, if the record is that long. Whoever will look at the value soon
 * reads it early: the misses of many records then overlap, and wasm has no prefetch.
 */
@inline export function farByte(record: usize): u32 {
  return logRecord(record).bytes > <u32>FAR ? <u32>load<u8>(record, FAR) : 0;
}
@inline export function keyOf(record: usize): usize {
  return record + RECORD_HEADER;
}
@inline export function valueOf(record: usize): usize {
  return record + RECORD_HEADER + padded(logRecord(record).keyBytes);
}
