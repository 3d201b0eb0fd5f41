// The lock word: one u64 per node (and per other locked thing) that names the holder, says what
// it is doing and carries the version. Taking the lock and naming its owner are one CAS.
//
//  63      60 59       52 51        50       49    48 47                                 0
// +----------+-----------+---------+---------+--------+-----------------------------------+
// | gen (4)  | slot (8)  | waiters | deleted | state  | version = ticket (48)             |
// +----------+-----------+---------+---------+--------+-----------------------------------+
//
// state: 0 free | 1 INS, entries may change | 2 SMO, structure may change | 3 APPLYING, prefixes
// of the apply are not reader-correct. APPLYING is 3 so that one atomic OR sets it from either.
// The version is also the ticket of the mini-transaction that released the word last.
// Sleepers wait on the upper half (address + 4): holder and flags change at every release.

@inline export const VERSION_BITS: u64 = 48;
@inline export const STATE_BITS: u64 = 2;
@inline export const SLOT_BITS: u64 = 8;
@inline export const GENERATION_BITS: u64 = 4;

@inline export const VERSION_MASK: u64 = ((<u64>1) << VERSION_BITS) - 1;
@inline export const STATE_SHIFT: u64 = VERSION_BITS;
@inline export const STATE_MASK: u64 = (((<u64>1) << STATE_BITS) - 1) << STATE_SHIFT;
@inline export const DELETED: u64 = (<u64>1) << (STATE_SHIFT + STATE_BITS);
@inline export const WAITERS: u64 = DELETED << 1;
@inline export const SLOT_SHIFT: u64 = STATE_SHIFT + STATE_BITS + 2;
@inline export const SLOT_MASK: u64 = (((<u64>1) << SLOT_BITS) - 1) << SLOT_SHIFT;
@inline export const GENERATION_SHIFT: u64 = SLOT_SHIFT + SLOT_BITS;
@inline export const GENERATION_MASK: u64 = (((<u64>1) << GENERATION_BITS) - 1) << GENERATION_SHIFT;

@inline export const INS: u64 = (<u64>1) << STATE_SHIFT;
@inline export const SMO: u64 = (<u64>2) << STATE_SHIFT;
@inline export const APPLYING: u64 = (<u64>3) << STATE_SHIFT;

/** Bits that name the holder: all zero when the lock is free. */
@inline export const HOLDER_MASK: u64 = GENERATION_MASK | SLOT_MASK;

if (GENERATION_SHIFT + GENERATION_BITS != 64) ERROR("lock word: the fields must fill 64 bits");
if ((INS | SMO) != APPLYING) ERROR("lock word: OR must reach APPLYING from INS and from SMO");

/** The holder bits of an instance, ready to be put into a free word. */
@inline export function holderOf(slot: u32, generation: u32): u64 {
  return ((<u64>slot << SLOT_SHIFT) & SLOT_MASK) | (<u64>generation << GENERATION_SHIFT);
}
@inline export function slotOf(word: u64): u32 {
  return <u32>((word & SLOT_MASK) >> SLOT_SHIFT);
}
@inline export function narrowGeneration(word: u64): u32 {
  return <u32>(word >> GENERATION_SHIFT);
}
@inline export function versionOf(word: u64): u64 {
  return word & VERSION_MASK;
}
@inline export function isFree(word: u64): bool {
  return (word & HOLDER_MASK) == 0;
}
@inline export function isApplying(word: u64): bool {
  return (word & STATE_MASK) == APPLYING;
}
