// Instances: who "I" am, and whether another one is still alive. An instance is one incarnation of
// a worker: a slot and a wide generation. The globals are set once per thread, by attach; what
// changes with the incarnation (the generation) stands in the context.

import { Context } from "../layout/context";
import {
  contextOffset, directoryOffset, keysOffset, marksOffset, ringOffset, shadowsOffset, wordsOffset,
} from "../layout/block";
import { GENERATION_BITS, holderOf, narrowGeneration, slotOf } from "../layout/lock-word";
import { CLAIM_GENERATION_MASK } from "../layout/state-word";
import { BLOCK, GEN, SLOT_BYTES } from "../layout/slot";
import { ROOT, superblock } from "../layout/superblock";
import { acquire32 } from "./shared";

/** Number of my slot, counted from 1. */
export let mySlot: u32 = 0;
/** Address of my slot lines. */
export let self: usize = 0;
/** Address of my block. */
export let myBlock: usize = 0;
/** Address of my context. */
export let contextAddress: usize = 0;
/** The pieces of my block that operations use: sums over the sizes, formed once and not per use. */
export let directoryAddress: usize = 0;
export let ringAddress: usize = 0;
export let marksAddress: usize = 0;
export let wordsAddress: usize = 0;
export let shadowsAddress: usize = 0;
export let keysAddress: usize = 0;

/** The lines of a slot; slots count from 1. */
@inline export function slotLines(slot: u32): usize {
  return <usize>superblock().slotTable + <usize>(slot - 1) * SLOT_BYTES;
}
/** The block of any slot, 0 before its first attach. */
@inline export function blockOf(slot: u32): usize {
  return <usize>acquire32(slotLines(slot) + BLOCK);
}
@inline export function context(): Context {
  return changetype<Context>(contextAddress);
}
/** Binds this wasm instance to a slot. The slot's block must have been allocated. */
export function bind(slot: u32, generation: u32): void {
  mySlot = slot;
  self = slotLines(slot);
  myBlock = blockOf(slot);
  contextAddress = myBlock + contextOffset();
  directoryAddress = myBlock + directoryOffset();
  ringAddress = myBlock + ringOffset();
  marksAddress = myBlock + marksOffset();
  wordsAddress = myBlock + wordsOffset();
  shadowsAddress = myBlock + shadowsOffset();
  keysAddress = myBlock + keysOffset();
  memory.fill(contextAddress, 0, offsetof<Context>());
  context().generation = generation;
  context().tree = <u32>ROOT;
}
/** My holder bits in a lock word. */
@inline export function myHolder(): u64 {
  return holderOf(mySlot, context().generation);
}
@inline export function generationOf(slot: u32): u32 {
  return acquire32(slotLines(slot) + GEN);
}
/**
 * A holder is dead iff its slot's generation has moved on. Four bits are a hint to go and look:
 * recovery decides by the wide generation.
 */
export function holderIsDead(word: u64): bool {
  const mask: u32 = (1 << <u32>GENERATION_BITS) - 1;
  return (generationOf(slotOf(word)) & mask) != narrowGeneration(word);
}
/** Whether the recoverer that a claim names is dead; claims keep 12 bits of its generation. */
export function claimantIsDead(slot: u32, generation: u32): bool {
  return (generationOf(slot) & <u32>CLAIM_GENERATION_MASK) != generation;
}
/** Whether (slot, wide generation) has been declared dead. */
@inline export function incarnationIsDead(slot: u32, generation: u32): bool {
  return generationOf(slot) != generation;
}
@inline export function directoryOf(slot: u32): usize {
  return blockOf(slot) + directoryOffset();
}
@inline export function ringOf(slot: u32): usize {
  return blockOf(slot) + ringOffset();
}
