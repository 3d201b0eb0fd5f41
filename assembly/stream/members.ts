// Members of a group: who shares its partitions. How they share is the host's policy; it reads
// members and leases where they stand and is rung when they change.

import { INS, SMO } from "../layout/lock-word";
import { MEMBERS_FIRST, MEMBERS_ID, MEMBERS_NEXT, MEMBER_CAP } from "../layout/members";
import { ALLOCATOR_LOCK } from "../layout/superblock";
import { lowOf } from "../layout/tables";
import { abandon, begin, commitWords } from "../mtx/commit";
import { lock } from "../mtx/locks";
import { nodeOf, setShadowWord } from "../mtx/shadow";
import { readWord, writeWord } from "../mtx/words";
import { isLive, myName } from "../sync/lives";
import { DESTROYED } from "../tree/carry";
import { OK } from "../tree/put";
import { makeRoom } from "../tree/room";
import { belongsTo, takeStreamNode } from "./nodes";
import { FULL } from "./results";
import { ringMembers } from "./wake";

/** Where a name stands, or could: 0 = nowhere. Under the lock of the chain's first node. */
function placeFor(members: usize, name: u64): usize {
  let free: usize = 0;
  for (let node = members; node != 0; node = <usize>lowOf(readWord(node + MEMBERS_NEXT))) {
    for (let i: u32 = 0; i < MEMBER_CAP; i++) {
      const place = node + MEMBERS_FIRST + (<usize>i << 3);
      const there = readWord(place);
      if (there == name) return place;
      if (free == 0 && !isLive(there)) free = place;
    }
  }
  return free;
}
/** Enters me as a member, once. OK, DESTROYED or FULL. O(members). */
export function enterGroup(members: usize, group: u32): i32 {
  while (true) {
    begin();
    lock(members, INS);
    const place = belongsTo(members, group) ? placeFor(members, myName()) : 0;
    if (place != 0) {
      writeWord(place, myName());
      if (!commitWords()) return FULL;
      ringMembers(members, group);
      return OK;
    }
    const isThere = belongsTo(members, group);
    abandon();
    if (!isThere) return DESTROYED;
    if (!makeRoom(0, false)) return FULL;
    addNode(members, group);
  }
}
/** A further node for names, behind the first one. */
function addNode(members: usize, group: u32): void {
  begin();
  lock(ALLOCATOR_LOCK, SMO);
  lock(members, INS);
  const node = belongsTo(members, group) ? takeStreamNode() : 0;
  if (!node) {
    abandon();
    return;
  }
  setShadowWord(node, MEMBERS_ID, group);
  setShadowWord(node, MEMBERS_NEXT, readWord(members + MEMBERS_NEXT));
  writeWord(members + MEMBERS_NEXT, nodeOf(node));
  commitWords();
}
/** Takes me out of the group and rings the others. */
export function groupLeave(members: usize, group: u32): void {
  begin();
  lock(members, INS);
  const place = belongsTo(members, group) ? placeFor(members, myName()) : 0;
  if (place == 0 || readWord(place) != myName()) {
    abandon();
    return;
  }
  writeWord(place, 0);
  if (commitWords()) ringMembers(members, group);
}
