// Bytes of keys and records: reading slices and comparing.

/** Up to 8 bytes at `p` as a big-endian integer; bytes beyond `rest` count as zero. */
export function readSlice(p: usize, rest: u32): u64 {
  const raw = bswap<u64>(load<u64>(p));
  return rest >= 8 ? raw : rest == 0 ? 0 : raw & ~(u64.MAX_VALUE >> (<u64>rest << 3));
}
/** Stores a slice as big-endian bytes. */
@inline export function writeSlice(p: usize, slice: u64): void {
  store<u64>(p, bswap<u64>(slice));
}
/** Negative, zero or positive: byte order, a prefix before its extensions. O(bytes / 8). */
export function compareBytes(a: usize, aBytes: u32, b: usize, bBytes: u32): i32 {
  const common = min<u32>(aBytes, bBytes);
  for (let at: u32 = 0; at < common; at += 8) {
    const x = readSlice(a + at, common - at);
    const y = readSlice(b + at, common - at);
    if (x != y) return x < y ? -1 : 1;
  }
  return aBytes == bBytes ? 0 : aBytes < bBytes ? -1 : 1;
}
/** A word of bytes that are no structure of their own. */
@inline export function wordAt(address: usize): u64 {
  return load<u64>(address);
}
@inline export function putWord(address: usize, value: u64): void {
  store<u64>(address, value);
}
@inline export function byteAt(address: usize): u32 {
  return load<u8>(address);
}
/** Whether `bytes` bytes, a multiple of 8, are all zero. */
export function isZero(address: usize, bytes: usize): bool {
  let any: u64 = 0;
  for (let p = address, end = address + bytes; p < end && any == 0; p += 8) any = load<u64>(p);
  return any == 0;
}
