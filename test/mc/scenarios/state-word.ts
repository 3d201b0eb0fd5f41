// What the death protocols of the scenarios read in the state word of a slot.

const CLAIM_GENERATION_SHIFT = 28n;
const CLAIM_SLOT_SHIFT = 40n;

/** Whether the slot with this state word is being recovered by that incarnation of a slot. */
export function isClaimedBy(state: bigint, slot: number, generation: number): boolean {
  const claimSlot = Number(state >> CLAIM_SLOT_SHIFT & 0xffn);
  const claimGeneration = Number(state >> CLAIM_GENERATION_SHIFT & 0xfffn);
  return claimSlot === slot && claimGeneration === (generation & 0xfff);
}
