// A log address names a record wherever it is: frame number and offset, never a memory address.
//
//  63       48 47               24 23                 0
// +-----------+-------------------+--------------------+
// | 0         | frame (24)        | offset / 8 (24)    |
// +-----------+-------------------+--------------------+
//
// Frames count from 1, so that 0 is no address. A frame holds at most 128 MiB.

@inline export const OFFSET_BITS: u64 = 24;
@inline export const FRAME_BYTES_MAX: u32 = 1 << 27;

if ((<u64>FRAME_BYTES_MAX >> 3) != ((<u64>1) << OFFSET_BITS)) ERROR("log address: offset bits");

@inline export function logAddress(frame: u32, offset: u32): u64 {
  return (<u64>frame << OFFSET_BITS) | <u64>(offset >> 3);
}
@inline export function frameOf(address: u64): u32 {
  return <u32>(address >> OFFSET_BITS);
}
@inline export function offsetOf(address: u64): u32 {
  return <u32>(address & (((<u64>1) << OFFSET_BITS) - 1)) << 3;
}
