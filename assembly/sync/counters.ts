// Counters of a slot: what its incarnations have done. Plain words of the owner; anybody may read
// them, and a dead worker's sums stay.

import { COUNTERS } from "../layout/slot";
import { self } from "./instance";

@inline export const PUTS: u32 = 0;
@inline export const REMOVES: u32 = 1;
@inline export const SPLITS: u32 = 2;
@inline export const LAYERS: u32 = 3;
@inline export const RETRIES: u32 = 4;
@inline export const RECOVERIES: u32 = 5;
@inline export const CLEANED: u32 = 6;
@inline export const RELINKED: u32 = 7;

@inline export function count(counter: u32): void {
  const cell = self + COUNTERS + (<usize>counter << 3);
  store<u64>(cell, load<u64>(cell) + 1);
}
