// A tree node: 256 bytes, four cache lines. Leaves and inner nodes share the drawing.
//
//    0 +---------------------------------------------------------------+
//      | lock word                          u64 (layout/lock-word.ts)  |
//    8 | permutation                        u64 (layout/permutation.ts)|
//   16 | highkey: first slice not in here   u64, all ones if rightmost |
//   24 | next (32) | level (8)              u64                        |
//   32 | lowkey: first slice in here        u64, fixed for life        |
//   40 | kinds: 12 x 4 bits, one per slot   u64 (leaf)                 |
//   48 | reserved for the epoch of the last change                     |
//   56 | leftmost child                     u64 (inner)                |
//   64 | 12 key slices                      u64 each                   |
//  160 | 12 links                           u64 each                   |
//  256 +---------------------------------------------------------------+
//
// Keys and links stand apart so that SIMD compares keys. kind of a leaf slot: 0..8 = the key ends
// in this slice with so many bytes; 9 = it is longer and the record holds all of it; 10 = the link
// is the root of the next layer. link: a log address, a layer's root, or an inner node's child.
// Structure: Mao, Kohler, Morris, "Cache Craftiness for Fast Multicore Key-Value Storage" (2012),
// as changed by MassTree-PMEM (2021); moving right: Lehman and Yao (1981).

@inline export const NODE_BYTES: usize = 256;
@inline export const WIDTH_MAX: u32 = 12;

@unmanaged class Node {
  lock: u64;
  permutation: u64;
  highkey: u64;
  next: u64;
  lowkey: u64;
  kinds: u64;
  epoch: u64;
  leftmost: u64;
}

@inline export const LOCK: usize = offsetof<Node>("lock");
@inline export const PERMUTATION: usize = offsetof<Node>("permutation");
@inline export const HIGHKEY: usize = offsetof<Node>("highkey");
@inline export const NEXT: usize = offsetof<Node>("next");
@inline export const LOWKEY: usize = offsetof<Node>("lowkey");
@inline export const KINDS: usize = offsetof<Node>("kinds");
@inline export const LEFTMOST: usize = offsetof<Node>("leftmost");
@inline export const KEYS: usize = offsetof<Node>();
@inline export const LINKS: usize = KEYS + <usize>WIDTH_MAX * 8;

if (LOCK != 0) ERROR("node: the address of a node is the address of its lock word");
if (KEYS != 64) ERROR("node: the header must be one cache line");
if (LINKS + <usize>WIDTH_MAX * 8 != NODE_BYTES) ERROR("node: keys and links must fill the node");

// Words of a node as bits of a shadow's mask.
@inline export const PERMUTATION_BIT: u32 = 1 << <u32>(PERMUTATION >> 3);
@inline export const HIGHKEY_BIT: u32 = 1 << <u32>(HIGHKEY >> 3);
@inline export const NEXT_BIT: u32 = 1 << <u32>(NEXT >> 3);
@inline export const KINDS_BIT: u32 = 1 << <u32>(KINDS >> 3);
@inline export const KEYS_WORD: u32 = <u32>(KEYS >> 3);
@inline export const LINKS_WORD: u32 = <u32>(LINKS >> 3);

@inline export const KIND_LONG: u32 = 9;
@inline export const KIND_LAYER: u32 = 10;
@inline export const HIGHEST: u64 = u64.MAX_VALUE;

@inline export function nextWord(next: usize, level: u32): u64 {
  return <u64>next | (<u64>level << 32);
}
@inline export function nextOfWord(word: u64): usize {
  return <usize>(<u32>word);
}
@inline export function levelOfWord(word: u64): u32 {
  return <u32>(word >> 32) & 0xff;
}
