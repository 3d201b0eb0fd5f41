// The areas of my block through which the host passes keys and receives results.

import { alignUp, superblock } from "../layout/superblock";
import { outputOffset } from "../layout/block";
import { contextAddress, keysAddress, myBlock } from "../sync/instance";

/** Key area 0: the key of a call, or where a scan starts. 1: where it ends. 2: a scan's prefix. */
@inline export function keyArea(i: u32): usize {
  return keysAddress + <usize>i * alignUp(superblock().keyBytes, 64);
}
@inline export function outputArea(): usize {
  return myBlock + outputOffset();
}
/** The first slice of a call's key: short keys arrive in two halves, long ones in area 0. */
@inline export function callSlice(high: u32, low: u32): u64 {
  return (<u64>high << 32) | low;
}

/** For the host: where the areas and the context stand. */
export function keyAreaAt(i: u32): usize {
  return keyArea(i);
}
export function outputAreaAt(): usize {
  return outputArea();
}
export function contextArea(): usize {
  return contextAddress;
}
