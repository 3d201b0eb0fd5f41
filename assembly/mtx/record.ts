// Turns the shadows and pending words of an operation into its redo record, in the order in which
// they will be applied: fresh nodes, then each edited node (entries, next, highkey, permutation
// last), leaves before their parents, then the words of slots and tables.

import {
  HIGHKEY, HIGHKEY_BIT, KEYS_WORD, KINDS_BIT, LINKS_WORD, NEXT, NEXT_BIT, NODE_BYTES,
  PERMUTATION, PERMUTATION_BIT, levelOfWord,
} from "../layout/node";
import { liveOf } from "../layout/permutation";
import {
  BYTES, MARKS, PUBLISH, REDO_HEADER, STAGED, STAGED_BYTES, WORDS_SHIFT, ZERO, entryHeader,
  marksBytes,
} from "../layout/redo";
import { context } from "../sync/instance";
import { applyWord } from "./apply";
import { isMarked, mark } from "./locks";
import { myNote } from "./notes";
import {
  isFresh, lockNumber, maskOf, nodeOf, shadowAt, shadowWord,
} from "./shadow";
import { wordAddress, wordEntry, wordValue, zeroWords } from "./words";

@inline const FRESH_WORDS: u32 = (<u32>NODE_BYTES >> 3) - 1;

/** True in the build without redo and notes, which the benchmark compares with. */
@inline export const BARE: bool = isDefined(MILLRACE_BARE);

/**
 * Which held locks must be APPLYING during the apply: those of nodes where a prefix of the apply
 * is not reader-correct. That is every node with more than one reader-visible publishing store,
 * unless it is a split's next, highkey, permutation through free slots; and, when the operation
 * changes several entries, every leaf unless it changes one leaf by one publishing store.
 */
export function markApplying(entries: u32): void {
  let leaves: u32 = 0;
  let visible: u32 = 0;
  for (let i: u32 = 0, n = context().shadows; i < n; i++) {
    const shadow = shadowAt(i);
    if (isFresh(shadow)) continue;
    const stores = publishingStores(shadow);
    if (stores > 1 || changesLevel(shadow)) mark(lockNumber(shadow));
    if (levelOf(shadow) == 0) {
      leaves++;
      visible += stores + (maskOf(shadow) & NEXT_BIT ? 1 : 0);
    }
  }
  if (entries > 1 && (leaves > 1 || visible > 1)) markLeaves();
}
function markLeaves(): void {
  for (let i: u32 = 0, n = context().shadows; i < n; i++) {
    const shadow = shadowAt(i);
    if (!isFresh(shadow) && levelOf(shadow) == 0) mark(lockNumber(shadow));
  }
}
@inline function levelOf(shadow: usize): u32 {
  return levelOfWord(shadowWord(shadow, NEXT));
}
/** A root that grew in place turned from one kind of node into another. */
@inline function changesLevel(shadow: usize): bool {
  return (maskOf(shadow) & NEXT_BIT) != 0 &&
    levelOf(shadow) != levelOfWord(load<u64>(nodeOf(shadow) + NEXT));
}
/** Slots that readers of the node see now. */
@inline function liveSlots(shadow: usize): u32 {
  return liveOf(load<u64>(nodeOf(shadow) + PERMUTATION));
}
/** Stores after each of which a reader of this node could see a different answer. */
function publishingStores(shadow: usize): u32 {
  const mask = maskOf(shadow);
  const live = liveSlots(shadow);
  const links = (mask >> LINKS_WORD) & live;
  const keys = (mask >> KEYS_WORD) & live;
  const kinds = links != 0 && (mask & KINDS_BIT) != 0;
  return popcnt(links) + popcnt(keys) + (kinds ? 1 : 0) + (mask & PERMUTATION_BIT ? 1 : 0);
}

/**
 * Writes the record of this operation to `record` and returns its end, or 0 if that would lie
 * behind `limit`. Nothing is visible yet and nothing is applied.
 */
export function buildRecord(record: usize, limit: usize): usize {
  const my = context();
  let p = record + REDO_HEADER;
  if (p > limit) return 0;
  let marks: u32 = 0;
  for (let k = my.noteBase, n = my.locks; k < n; k++) {
    if (!isMarked(k)) continue;
    if (p + 8 > limit) return 0;
    store<u32>(p, <u32>myNote(k));
    p += 4;
    marks++;
  }
  store<u32>(record, marks, MARKS);
  p = record + REDO_HEADER + marksBytes(marks);
  if (my.created) p = appendShadows(p, limit, true);
  if (p) p = appendShadows(p, limit, false);
  if (p) p = appendWords(p, limit);
  if (!p) return 0;
  store<u32>(record, <u32>(p - record), BYTES);
  // Whole words: what else stands in the first and the last one is mine, too.
  store<u32>(record, (my.stagedFrom & ~7) | my.stagedKind, STAGED);
  store<u32>(record, ((my.stagedTo + 7) & ~7) - (my.stagedFrom & ~7), STAGED_BYTES);
  return p;
}

/** Applies without a record: only in the build that the benchmark compares with. */
export function applyBare(): void {
  appendShadows(0, usize.MAX_VALUE, true);
  appendShadows(0, usize.MAX_VALUE, false);
  appendWords(0, usize.MAX_VALUE);
}

function appendShadows(from: usize, limit: usize, fresh: bool): usize {
  let p = from;
  for (let i: u32 = 0, n = context().shadows; i < n; i++) {
    const shadow = shadowAt(i);
    if (isFresh(shadow) != fresh) continue;
    const bytes = fresh ? NODE_BYTES : <usize>popcnt(maskOf(shadow)) << 4;
    if (!BARE && p + bytes > limit) return 0;
    p = fresh ? appendFresh(p, shadow) : appendEdited(p, shadow);
  }
  return p;
}
@inline function appendWord(p: usize, header: u64, value: u64): usize {
  if (BARE) {
    applyWord(header, value);
    return p;
  }
  store<u64>(p, header);
  store<u64>(p, value, 8);
  return p + 16;
}
function appendWords(from: usize, limit: usize): usize {
  let p = from;
  for (let i: u32 = 0, n = context().words; i < n; i++) {
    if (!BARE && p + 16 > limit) return 0;
    const entry = wordEntry(i);
    const zeros = zeroWords(entry);
    if (zeros) p = appendZeros(p, wordAddress(entry), zeros);
    else p = appendWord(p, entryHeader(wordAddress(entry), 1), wordValue(entry));
  }
  return p;
}
function appendZeros(p: usize, address: usize, words: u32): usize {
  if (BARE) {
    memory.fill(address, 0, <usize>words << 3);
    return p;
  }
  store<u64>(p, entryHeader(address, words) | ZERO);
  return p + 8;
}
/** All of a fresh node but its lock word, which this operation holds. */
function appendFresh(p: usize, shadow: usize): usize {
  const node = nodeOf(shadow);
  if (BARE) {
    memory.copy(node + 8, shadow + 8, <usize>FRESH_WORDS << 3);
    return p;
  }
  store<u64>(p, <u64>(node + 8) | (<u64>FRESH_WORDS << WORDS_SHIFT));
  memory.copy(p + 8, shadow + 8, <usize>FRESH_WORDS << 3);
  return p + 8 + (<usize>FRESH_WORDS << 3);
}
function appendEdited(from: usize, shadow: usize): usize {
  const node = nodeOf(shadow);
  const seen = liveSlots(shadow) << LINKS_WORD;
  const ordered = NEXT_BIT | HIGHKEY_BIT | PERMUTATION_BIT;
  let p = from;
  for (let bits = maskOf(shadow) & ~ordered; bits; bits &= bits - 1) {
    const word = ctz(bits);
    const offset = <usize>word << 3;
    const header = entryHeader(node + offset, 1) | (seen & (1 << word) ? PUBLISH : 0);
    p = appendWord(p, header, shadowWord(shadow, offset));
  }
  p = appendPublished(p, shadow, NEXT_BIT, NEXT);
  p = appendPublished(p, shadow, HIGHKEY_BIT, HIGHKEY);
  return appendPublished(p, shadow, PERMUTATION_BIT, PERMUTATION);
}
@inline function appendPublished(p: usize, shadow: usize, bit: u32, offset: usize): usize {
  if (!(maskOf(shadow) & bit)) return p;
  const header = entryHeader(nodeOf(shadow) + offset, 1) | PUBLISH;
  return appendWord(p, header, shadowWord(shadow, offset));
}
