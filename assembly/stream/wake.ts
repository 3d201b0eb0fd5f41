// Whom to wake after a commit. Bells are hints: chains are walked without a lock, and a cell that
// has become something else leads to a bell that rings for nothing.

import { CELL_LEASE } from "../layout/cell";
import { MEMBERS_FIRST, MEMBERS_ID, MEMBERS_NEXT, MEMBER_CAP } from "../layout/members";
import { PARTITION_CELLS } from "../layout/partition";
import { WANTED } from "../layout/slot";
import { CHAIN_MAX, STREAM_NODE_NEXT, namesSlot, slotOfName } from "../layout/stream-node";
import { superblock } from "../layout/superblock";
import { slotLines } from "../sync/instance";
import { ring } from "../sync/bells";
import { acquire32, acquire64 } from "../sync/shared";

@inline function ringNamed(name: u64): void {
  if (namesSlot(name)) ring(slotOfName(name));
}
/** Those who read the partition for their groups: there is something new. O(groups). */
export function ringReaders(partition: usize): void {
  let cell = <usize>acquire32(partition + PARTITION_CELLS);
  for (let i: u32 = 0; cell != 0 && i < CHAIN_MAX; i++) {
    ringNamed(acquire64(cell + CELL_LEASE));
    cell = <usize>acquire32(cell + STREAM_NODE_NEXT);
  }
}
/** Producers that wait for credit of the partition. O(slots). */
export function ringStarved(partition: usize): void {
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    if (acquire32(slotLines(slot) + WANTED) == <u32>partition) ring(slot);
  }
}
/** The members of a group: who reads what may have to change. O(members). */
export function ringMembers(members: usize, id: u32): void {
  let node = members;
  for (let i: u32 = 0; node != 0 && i < CHAIN_MAX; i++) {
    if (acquire32(node + MEMBERS_ID) != id) return;
    for (let k: u32 = 0; k < MEMBER_CAP; k++) {
      ringNamed(acquire64(node + MEMBERS_FIRST + (<usize>k << 3)));
    }
    node = <usize>acquire32(node + MEMBERS_NEXT);
  }
}
