// ST, the state word of a slot: everything that recovery decides on changes in one atomic store.
//
//  63          48 47        40 39          28 27      12 11          10       1 0
// +--------------+------------+--------------+----------+-----------+----------+-----------+
// | generation 16| rec slot 8 | rec gen 12   | head 16  | announced | epoch 10 | committed |
// +--------------+------------+--------------+----------+-----------+----------+-----------+
//
// generation: of the incarnation that the word describes; GEN[slot] runs ahead after a death.
// rec slot/gen: the recoverer that has claimed the slot, 0 = none. head: committed operations.
// epoch: EPOCH mod 1024 at the announcement. Modular fields are compared modulo.

@inline export const COMMITTED: u64 = 1;
@inline export const EPOCH_SHIFT: u64 = 1;
@inline export const EPOCH_MASK: u64 = 0x3ff;
@inline export const ANNOUNCED: u64 = (<u64>1) << 11;
@inline export const HEAD_SHIFT: u64 = 12;
@inline export const HEAD_MASK: u64 = 0xffff;
@inline export const CLAIM_GENERATION_SHIFT: u64 = 28;
@inline export const CLAIM_GENERATION_MASK: u64 = 0xfff;
@inline export const CLAIM_SLOT_SHIFT: u64 = 40;
@inline export const CLAIM_SLOT_MASK: u64 = 0xff;
@inline export const ST_GENERATION_SHIFT: u64 = 48;
@inline export const CLAIM_MASK: u64 = (<u64>0xfffff) << CLAIM_GENERATION_SHIFT;

/** Wide generations live in 16 bits and count from 1; 0 means "never used". */
@inline export const GENERATION_MAX: u32 = 0xffff;

if (CLAIM_GENERATION_SHIFT + 12 != CLAIM_SLOT_SHIFT) ERROR("ST: claim fields must be adjacent");
if (CLAIM_SLOT_SHIFT + 8 != ST_GENERATION_SHIFT) ERROR("ST: claim and generation must touch");

/** An idle word: nothing claimed, announced or committed. */
@inline export function idleState(generation: u32, head: u32): u64 {
  return (<u64>generation << ST_GENERATION_SHIFT) | ((<u64>head & HEAD_MASK) << HEAD_SHIFT);
}
@inline export function stGeneration(st: u64): u32 {
  return <u32>(st >> ST_GENERATION_SHIFT);
}
@inline export function stHead(st: u64): u32 {
  return <u32>((st >> HEAD_SHIFT) & HEAD_MASK);
}
@inline export function claimSlot(st: u64): u32 {
  return <u32>((st >> CLAIM_SLOT_SHIFT) & CLAIM_SLOT_MASK);
}
@inline export function claimGeneration(st: u64): u32 {
  return <u32>((st >> CLAIM_GENERATION_SHIFT) & CLAIM_GENERATION_MASK);
}
@inline export function claimedBy(st: u64, slot: u32, generation: u32): u64 {
  const claim = (<u64>slot << CLAIM_SLOT_SHIFT) |
    ((<u64>generation & CLAIM_GENERATION_MASK) << CLAIM_GENERATION_SHIFT);
  return (st & ~CLAIM_MASK) | claim;
}
@inline export function announcedState(generation: u32, head: u32, epoch: u64): u64 {
  return idleState(generation, head) | ANNOUNCED | ((epoch & EPOCH_MASK) << EPOCH_SHIFT);
}
/** The generation that follows: 16 bits, 0 is skipped. */
@inline export function nextGeneration(generation: u32): u32 {
  return generation == GENERATION_MAX ? 1 : generation + 1;
}
