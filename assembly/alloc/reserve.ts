// The reserve: one free block of a frame's order that ordinary allocation leaves alone, so that a
// full store can still clean itself after deletes.

import { superblock } from "../layout/superblock";

/** Order of an ordinary frame; one free block of it is kept for the cleaner. */
@inline export function reserveOrder(): u32 {
  return superblock().frameShift - superblock().unitShift;
}
