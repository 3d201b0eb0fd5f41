// How readers look at a node that others change: lock-free, validated by the whole lock word.
//
//   word = stableWord(n)          a word that is not APPLYING
//   ... permutation first, then what it names; highkey before next ...
//   unchanged(n, word)            else what was read is thrown away
//
// The single 64-bit words are atomic loads. Keys and kinds between the two loads of the lock word
// may be plain or vector loads: slots are not re-used under an unchanged lock word, and every
// comparison is masked with the live slots of the permutation that was read before. The fence in
// `unchanged` keeps them in front of the second load.

import {
  HIGHKEY, KEYS, KINDS, LEFTMOST, LINKS, LOCK, LOWKEY, NEXT, NODE_BYTES, PERMUTATION,
} from "../layout/node";
import { acquireFence } from "./fence";
import { acquire64 } from "./shared";

@inline export function lockWord(node: usize): u64 {
  return acquire64(node + LOCK);
}
@inline export function unchanged(node: usize, word: u64): bool {
  acquireFence();
  return acquire64(node + LOCK) == word;
}
@inline export function permutationOf(node: usize): u64 {
  return acquire64(node + PERMUTATION);
}
@inline export function highkeyOf(node: usize): u64 {
  return acquire64(node + HIGHKEY);
}
/** Next node and level, in one word. */
@inline export function nextAndLevel(node: usize): u64 {
  return acquire64(node + NEXT);
}
@inline export function lowkeyOf(node: usize): u64 {
  return load<u64>(node + LOWKEY);
}
@inline export function kindOf(node: usize, slot: u32): u32 {
  return <u32>(load<u64>(node + KINDS) >> (<u64>slot << 2)) & 15;
}
@inline export function keyOf(node: usize, slot: u32): u64 {
  return load<u64>(node + (<usize>slot << 3), KEYS);
}
@inline export function linkOf(node: usize, slot: u32): u64 {
  return acquire64(linkAddress(node, slot));
}
@inline export function linkAddress(node: usize, slot: u32): usize {
  return node + (<usize>slot << 3) + LINKS;
}
@inline export function leftmostOf(node: usize): u64 {
  return acquire64(node + LEFTMOST);
}

@inline function gather(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): u32 {
  const ab = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
  const cd = v128.shuffle<i32>(c, d, 0, 2, 4, 6);
  const ef = v128.shuffle<i32>(e, f, 0, 2, 4, 6);
  const low = i16x8.narrow_i32x4_s(ab, cd);
  const high = i16x8.narrow_i32x4_s(ef, ef);
  return <u32>i8x16.bitmask(i8x16.narrow_i16x8_s(low, high)) & 0xfff;
}
/** Bit s: the slice in slot s equals `slice`. To be masked with the live slots. */
export function slotsEqual(node: usize, slice: u64): u32 {
  const v = i64x2.splat(slice);
  return gather(
    i64x2.eq(v128.load(node, KEYS), v), i64x2.eq(v128.load(node, KEYS + 16), v),
    i64x2.eq(v128.load(node, KEYS + 32), v), i64x2.eq(v128.load(node, KEYS + 48), v),
    i64x2.eq(v128.load(node, KEYS + 64), v), i64x2.eq(v128.load(node, KEYS + 80), v),
  );
}
/** Bit s: the slice in slot s is above `slice` (unsigned: both sides get the sign bit flipped). */
export function slotsAbove(node: usize, slice: u64): u32 {
  const sign = i64x2.splat(0x8000000000000000);
  const v = v128.xor(i64x2.splat(slice), sign);
  return gather(
    i64x2.gt_s(v128.xor(v128.load(node, KEYS), sign), v),
    i64x2.gt_s(v128.xor(v128.load(node, KEYS + 16), sign), v),
    i64x2.gt_s(v128.xor(v128.load(node, KEYS + 32), sign), v),
    i64x2.gt_s(v128.xor(v128.load(node, KEYS + 48), sign), v),
    i64x2.gt_s(v128.xor(v128.load(node, KEYS + 64), sign), v),
    i64x2.gt_s(v128.xor(v128.load(node, KEYS + 80), sign), v),
  );
}

/** Copies whole words, each as a reader must load it. */
export function copyWords(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 8) store<u64>(to + i, acquire64(from + i));
}
/**
 * Copies a node so that the copy is one that a reader could have seen at one moment: permutation
 * first, word by word, highkey looked at twice. False: it changed meanwhile, try again.
 */
export function copyNode(to: usize, node: usize, word: u64): bool {
  const high = highkeyOf(node);
  const permutation = permutationOf(node);
  for (let i: usize = KINDS; i < NODE_BYTES; i += 8) store<u64>(to + i, acquire64(node + i));
  store<u64>(to, lowkeyOf(node), LOWKEY);
  store<u64>(to, permutation, PERMUTATION);
  store<u64>(to, high, HIGHKEY);
  store<u64>(to, nextAndLevel(node), NEXT);
  return highkeyOf(node) == high && unchanged(node, word);
}
