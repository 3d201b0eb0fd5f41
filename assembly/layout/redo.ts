// A redo record: what a committed mini-transaction will do, in the order in which it is applied.
//
//   0  tag u64: epoch read under all locks        8  ticket u64
//  16  bytes u32 of the whole record             20  marks u32
//  24  staged: address u32 | 28 bytes u32 of what the entries link in frames, 0 = none. Bit 0 of
//      the address: the bytes are log records, one behind the other; else they are messages
//  32  marks: u32 addresses of lock words to be set APPLYING, padded to 8
//   .  entries: header u64, then its words
//
//  entry header:  63          62       61       32 31           0
//                +-----------+--------+-----------+-------------+
//                | publish 1 | zero 1 | words 30  | address 32  |
//                +-----------+--------+-----------+-------------+
//
// A published word is one that readers load on its own: its store is atomic and has one word. Zero:
// the words are not in the record, they become 0.

@inline export const TAG: usize = 0;
@inline export const TICKET: usize = 8;
@inline export const BYTES: usize = 16;
@inline export const MARKS: usize = 20;
@inline export const STAGED: usize = 24;
@inline export const STAGED_BYTES: usize = 28;
@inline export const REDO_HEADER: usize = 32;
@inline export const STAGED_RECORDS: u32 = 1;
@inline export const PUBLISH: u64 = (<u64>1) << 63;
@inline export const ZERO: u64 = (<u64>1) << 62;
@inline export const WORDS_SHIFT: u64 = 32;
@inline const WORDS_MASK: u32 = 0x3fffffff;

@inline export function entryHeader(address: usize, words: u32): u64 {
  return <u64>address | (<u64>words << WORDS_SHIFT);
}
@inline export function entryAddress(header: u64): usize {
  return <usize>(<u32>header);
}
@inline export function entryWords(header: u64): u32 {
  return <u32>(header >> WORDS_SHIFT) & WORDS_MASK;
}
@inline export function marksBytes(marks: u32): usize {
  return (<usize>marks * 4 + 7) & ~7;
}

@inline export function tagOf(record: usize): u64 {
  return load<u64>(record, TAG);
}
@inline export function ticketOf(record: usize): u64 {
  return load<u64>(record, TICKET);
}
@inline export function bytesOf(record: usize): u32 {
  return load<u32>(record, BYTES);
}
@inline export function stagedOf(record: usize): usize {
  return <usize>(load<u32>(record, STAGED) & ~STAGED_RECORDS);
}
@inline export function stagedBytesOf(record: usize): u32 {
  return load<u32>(record, STAGED_BYTES);
}
/** Whether the staged bytes are log records, which have checksums of their own. */
@inline export function stagesRecords(record: usize): bool {
  return (load<u32>(record, STAGED) & STAGED_RECORDS) != 0;
}
/** Where the entries of a record begin. */
@inline export function entriesOf(record: usize): usize {
  return record + REDO_HEADER + marksBytes(load<u32>(record, MARKS));
}
/** The entry behind the one at `p`. */
@inline export function nextEntry(p: usize): usize {
  const header = load<u64>(p);
  return p + 8 + (header & ZERO ? 0 : <usize>entryWords(header) << 3);
}
/** Record and staged bytes, as they stand in a block of the journal. */
@inline export function itemBytes(record: usize): u32 {
  return bytesOf(record) + stagedBytesOf(record);
}
/**
 * Whether a record of `bytes` bytes that comes from a file stays within itself and within a region
 * of `region` bytes. Checked before anything of it is believed.
 */
export function isSane(record: usize, region: u64): bool {
  const end = record + bytesOf(record);
  if (bytesOf(record) < <u32>REDO_HEADER || (bytesOf(record) & 7)) return false;
  if (load<u32>(record, MARKS) > bytesOf(record) >> 2 || entriesOf(record) > end) return false;
  if (<u64>stagedOf(record) + stagedBytesOf(record) > region) return false;
  if ((stagedOf(record) | stagedBytesOf(record)) & 7) return false;
  let p = entriesOf(record);
  while (p < end) {
    const header = load<u64>(p);
    const bytes = <u64>entryWords(header) << 3;
    if (entryAddress(header) & 7 || <u64>entryAddress(header) + bytes > region) return false;
    p += 8 + (header & ZERO ? 0 : <usize>bytes);
  }
  return p == end;
}
