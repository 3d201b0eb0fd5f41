// The permutation word: count, order and live mask of a node's slots. Publishing it is what
// inserts or removes an entry.
//
//  63            52 51                                              4 3     0
// +----------------+-------------------------------------------------+-------+
// | live mask (12) | 12 nibbles: slots in key order, then free slots | count |
// +----------------+-------------------------------------------------+-------+
//
// A SIMD comparison sees all 12 slots, half-published ones too: it must be masked with the live
// mask of the SAME word that gave count and order.

@inline export const EMPTY: u64 = (<u64>0xba9876543210) << 4;
@inline export const LIVE_SHIFT: u64 = 52;

@inline export function countOf(p: u64): u32 {
  return <u32>p & 15;
}
@inline export function liveOf(p: u64): u32 {
  return <u32>(p >> LIVE_SHIFT);
}
/** Slot at position i; positions from count on are the free slots. */
@inline export function slotAt(p: u64, i: u32): u32 {
  return <u32>(p >> ((<u64>i << 2) + 4)) & 15;
}
/** The first free slot moves to position i; needs count < 12. */
export function withInserted(p: u64, i: u32): u64 {
  const at = (<u64>i << 2) + 4;
  const end = (<u64>countOf(p) << 2) + 4;
  const slot = (p >> end) & 15;
  const below = p & (((<u64>1) << at) - 1);
  const moved = (p & (((<u64>1) << end) - 1)) >> at;
  const above = (p >> (end + 4)) << (end + 4);
  const order = below | (slot << at) | (moved << (at + 4)) | above;
  return (order + 1) | ((<u64>1) << (LIVE_SHIFT + slot));
}
/** The slot at position i becomes the first free one. */
export function withRemoved(p: u64, i: u32): u64 {
  const at = (<u64>i << 2) + 4;
  const last = <u64>countOf(p) << 2;
  const slot = (p >> at) & 15;
  const below = p & (((<u64>1) << at) - 1);
  const moved = at == last ? 0 : (p & (((<u64>1) << (last + 4)) - 1)) >> (at + 4);
  const above = (p >> (last + 4)) << (last + 4);
  const order = below | (moved << at) | (slot << last) | above;
  return (order - 1) & ~((<u64>1) << (LIVE_SHIFT + slot));
}
/** The first `keep` positions stay; the slots behind them become free, their order is kept. */
export function truncated(p: u64, keep: u32): u64 {
  let live: u64 = 0;
  for (let i: u32 = 0; i < keep; i++) live |= (<u64>1) << slotAt(p, i);
  return (p & 0x000ffffffffffff0) | keep | (live << LIVE_SHIFT);
}
/** Slots 0..count-1 in order. */
@inline export function identity(count: u32): u64 {
  return EMPTY | count | ((((<u64>1) << count) - 1) << LIVE_SHIFT);
}
