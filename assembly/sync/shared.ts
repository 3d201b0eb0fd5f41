// The one door to atomic memory. Every word that two instances may touch at once goes through
// here, and the name of the call says what it orders. Wasm atomics are sequentially consistent.
//
// AssemblyScript optimises repeated plain loads of a word away, so whatever another instance may
// change in between (lock word, permutation, highkey, next, ST, GEN) must be loaded by acquire*.

/** What was stored before the matching publish is visible after it. */
@inline export function acquire64(address: usize): u64 {
  return atomic.load<u64>(address);
}
@inline export function acquire32(address: usize): u32 {
  return atomic.load<u32>(address);
}
/** All earlier stores are visible to whoever acquires this one. */
@inline export function publish64(address: usize, value: u64): void {
  atomic.store<u64>(address, value);
}
@inline export function publish32(address: usize, value: u32): void {
  atomic.store<u32>(address, value);
}
/** Stores and returns what stood there: no bit that others set in between can be lost. */
@inline export function exchange64(address: usize, value: u64): u64 {
  return atomic.xchg<u64>(address, value);
}
@inline export function setBits64(address: usize, bits: u64): u64 {
  return atomic.or<u64>(address, bits);
}
@inline export function add64(address: usize, value: u64): u64 {
  return atomic.add<u64>(address, value);
}
/** True if the word held `expected` and now holds `value`. */
@inline export function swapped64(address: usize, expected: u64, value: u64): bool {
  return atomic.cmpxchg<u64>(address, expected, value) == expected;
}
@inline export function add32(address: usize, value: u32): u32 {
  return atomic.add<u32>(address, value);
}
@inline export function exchange32(address: usize, value: u32): u32 {
  return atomic.xchg<u32>(address, value);
}
@inline export function swapped32(address: usize, expected: u32, value: u32): bool {
  return atomic.cmpxchg<u32>(address, expected, value) == expected;
}
