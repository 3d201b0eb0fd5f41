// Keys as the tree sees them: slices of 8 bytes, big-endian, so that integer order is byte order.
// A key that ends inside a slice is padded with zeros; its kind (0..8) keeps it apart from a key
// that really ends in zeros.

import { KIND_LONG } from "../layout/node";
import { readSlice } from "../layout/bytes";

/** Slice number `depth` of the key of `bytes` bytes that stands at `key`. */
@inline export function sliceAt(key: usize, bytes: u32, depth: u32): u64 {
  return readSlice(key + (<usize>depth << 3), restAt(bytes, depth));
}
/** Bytes of the key from slice `depth` on. */
@inline export function restAt(bytes: u32, depth: u32): u32 {
  return bytes - (depth << 3);
}
/** Kind of an entry for a key with `rest` bytes left: its length, or "longer than the slice". */
@inline export function kindFor(rest: u32): u32 {
  return rest <= 8 ? rest : KIND_LONG;
}
/** Entries of one slice are ordered by kind; a layer stands where the long key stood. */
@inline export function rankOf(kind: u32): u32 {
  return min<u32>(kind, KIND_LONG);
}
@inline export const RANK_LONG: u32 = KIND_LONG;
