// A redo record: what a committed mini-transaction will do, in the order in which it is applied.
//
//   0  tag u64: epoch read under all locks        8  ticket u64
//  16  bytes u32 of the whole record             20  marks u32
//  24  staged: address u32 | 28 bytes u32 of the log records that the entries link, 0 = none
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
