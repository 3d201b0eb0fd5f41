// Pending words: single u64 words outside of nodes (slot lines, buddy tree, tables) that an
// operation changes. Who may change a word: the holder of the lock that covers it, or the owner of
// the slot that it belongs to. The second change of a word sees the first.
//
//  entry:  0 address u32    4 number of words that become 0, or 0 for one value    8 value u64

import { WORD_ENTRY, wordCap } from "../layout/block";
import { context, wordsAddress } from "../sync/instance";

/** Words that an operation keeps for its own ends: tail, magazine, identity. */
const RESERVED_WORDS: u32 = 8;

@inline export function wordEntry(i: u32): usize {
  return wordsAddress + <usize>i * WORD_ENTRY;
}
@inline export function wordAddress(entry: usize): usize {
  return <usize>load<u32>(entry);
}
@inline export function wordValue(entry: usize): u64 {
  return load<u64>(entry, 8);
}
/** 0: the entry has a value. Else so many words become 0. */
@inline export function zeroWords(entry: usize): u32 {
  return load<u32>(entry, 4);
}
function find(address: usize): usize {
  for (let i: u32 = 0, n = context().words; i < n; i++) {
    const entry = wordEntry(i);
    if (wordAddress(entry) == address && zeroWords(entry) == 0) return entry;
  }
  return 0;
}
/** The word as this operation will leave it. Most are read before the first one is changed. */
@inline export function readWord(address: usize): u64 {
  return context().words == 0 ? load<u64>(address) : readPending(address);
}
function readPending(address: usize): u64 {
  const entry = find(address);
  return entry ? wordValue(entry) : load<u64>(address);
}
/** Changes the word at commit. At most wordCap words an operation: verbs stay far below. */
export function writeWord(address: usize, value: u64): void {
  let entry = find(address);
  if (!entry) entry = addEntry(address, 0);
  store<u64>(entry, value, 8);
}
/**
 * Sets `bytes` bytes of memory that is nobody's to 0 at commit, before the words that are written
 * there later in this operation.
 */
export function zeroRange(address: usize, bytes: u32): void {
  addEntry(address, bytes >> 3);
}
function addEntry(address: usize, zeros: u32): usize {
  if (context().words == wordCap()) unreachable();
  const entry = wordEntry(context().words++);
  store<u32>(entry, <u32>address);
  store<u32>(entry, zeros, 4);
  return entry;
}
/** Whether the operation may change this word, too. */
export function hasRoomForWord(address: usize): bool {
  return find(address) != 0 || context().words < wordCap() - RESERVED_WORDS;
}
/** A byte of a word: for tables whose entries are smaller than a word. */
export function readByte(address: usize): u32 {
  const shift = (<u64>(address & 7)) << 3;
  return <u32>(readWord(address & ~7) >> shift) & 0xff;
}
export function writeByte(address: usize, value: u32): void {
  const shift = (<u64>(address & 7)) << 3;
  const word = readWord(address & ~7) & ~((<u64>0xff) << shift);
  writeWord(address & ~7, word | (<u64>value << shift));
}
