// Working copies: the nodes that this operation holds, as it will leave them. A node that is mine
// is read through its shadow, all others as readers read them.

import {
  HIGHEST, HIGHKEY, KEYS, KINDS, LEFTMOST, LINKS, LOWKEY, NEXT, PERMUTATION, levelOfWord,
  nextOfWord, nextWord,
} from "../layout/node";
import { countOf, slotAt, withInserted } from "../layout/permutation";
import { RETRIES, count } from "../sync/counters";
import { highkeyOf, keyOf, kindOf, nextAndLevel, unchanged } from "../sync/node-reads";
import { isMine } from "../mtx/locks";
import { setShadowWord, shadowOf, shadowWord } from "../mtx/shadow";
import { childFor, stableWord } from "./descend";
import { rankOf } from "./key";

@inline export function permutationIn(shadow: usize): u64 {
  return shadowWord(shadow, PERMUTATION);
}
@inline export function setPermutation(shadow: usize, p: u64): void {
  setShadowWord(shadow, PERMUTATION, p);
}
@inline export function highkeyIn(shadow: usize): u64 {
  return shadowWord(shadow, HIGHKEY);
}
@inline export function nextIn(shadow: usize): usize {
  return nextOfWord(shadowWord(shadow, NEXT));
}
@inline export function levelIn(shadow: usize): u32 {
  return levelOfWord(shadowWord(shadow, NEXT));
}
@inline export function linkIn(shadow: usize, slot: u32): u64 {
  return shadowWord(shadow, LINKS + (<usize>slot << 3));
}
@inline export function setLink(shadow: usize, slot: u32, link: u64): void {
  setShadowWord(shadow, LINKS + (<usize>slot << 3), link);
}
/** Writes one slot; it becomes an entry when the permutation names it. */
export function fillSlot(shadow: usize, slot: u32, slice: u64, kind: u32, link: u64): void {
  const shift = <u64>slot << 2;
  const kinds = shadowWord(shadow, KINDS) & ~((<u64>15) << shift);
  setShadowWord(shadow, KINDS, kinds | (<u64>kind << shift));
  setShadowWord(shadow, KEYS + (<usize>slot << 3), slice);
  setLink(shadow, slot, link);
}
/** Inserts an entry at a position; the node has a free slot. */
export function insertAt(shadow: usize, position: u32, slice: u64, kind: u32, link: u64): void {
  const p = permutationIn(shadow);
  fillSlot(shadow, slotAt(p, countOf(p)), slice, kind, link);
  setPermutation(shadow, withInserted(p, position));
}
/** First position whose entry is not below (slice, rank); the count if there is none. */
export function lowerBound(node: usize, p: u64, slice: u64, rank: u32): u32 {
  let low: u32 = 0;
  let high = countOf(p);
  while (low < high) {
    const middle = (low + high) >> 1;
    const slot = slotAt(p, middle);
    const there = keyOf(node, slot);
    if (there < slice || (there == slice && rankOf(kindOf(node, slot)) < rank)) low = middle + 1;
    else high = middle;
  }
  return low;
}
/** Gives a fresh node its place in a level. */
export function placeInLevel(shadow: usize, level: u32, low: u64, high: u64, next: usize): void {
  setShadowWord(shadow, LOWKEY, low);
  setShadowWord(shadow, HIGHKEY, high);
  setShadowWord(shadow, NEXT, nextWord(next, level));
}
/** Makes a fresh node the only one of its level: the root of a new layer. */
@inline export function placeAsRoot(shadow: usize, level: u32): void {
  placeInLevel(shadow, level, 0, HIGHEST, 0);
}
/** Copies the entry at position `from` of one node to the end of another. */
export function appendEntry(to: usize, source: usize, from: u32): void {
  const slot = slotAt(permutationIn(source), from);
  const count = countOf(permutationIn(to));
  insertAt(to, count, keyOf(source, slot), kindOf(source, slot), linkIn(source, slot));
}
@inline export function setLeftmost(shadow: usize, child: u64): void {
  setShadowWord(shadow, LEFTMOST, child);
}

/**
 * As findNode, but through the shadows of the nodes that are mine: what this operation has split,
 * grown or created is followed as it will be. Returns the node's address.
 */
export function findWorking(from: usize, slice: u64, level: u32): usize {
  let node = from;
  while (true) {
    const mine = isMine(node);
    const view = mine ? shadowOf(node) : node;
    const word = mine ? 0 : stableWord(node);
    const high = highkeyOf(view);
    const next = nextAndLevel(view);
    let to: usize = 0;
    if (slice >= high) to = nextOfWord(next);
    if (to == 0) {
      if (levelOfWord(next) == level) return node;
      to = childFor(view, slice);
    }
    if (mine || unchanged(node, word)) node = to;
    else count(RETRIES);
  }
}
