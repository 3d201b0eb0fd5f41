// Detectable execution: an instance that attached under a name leaves, in the record of each of its
// operations, the number of the operation and its ticket in the cell of that name. After a death
// the cell tells whether the operation happened. LUPIN, "detectable execution".

import { BYTES } from "../layout/redo";
import { LAST, ST } from "../layout/slot";
import { COMMITTED } from "../layout/state-word";
import { SMO } from "../layout/lock-word";
import { ALLOCATOR_LOCK, superblock } from "../layout/superblock";
import {
  IDENTITY_BYTES, IDENTITY_EPOCH, IDENTITY_NAME, IDENTITY_NAME_BYTES, IDENTITY_OWNER,
  IDENTITY_SEQUENCE, IDENTITY_VERSION, highOf, lowOf, pair,
} from "../layout/tables";
import { context, incarnationIsDead, mySlot, self, slotLines } from "../sync/instance";
import { acquire64 } from "../sync/shared";
import { abandon, begin, commitWords } from "./commit";
import { lock } from "./locks";
import { isUnrecovered, recover, recoverAll } from "./recovery";
import { readWord, writeWord } from "./words";

/** Within an operation of the user: its number, asked for or the next one. Must come last. */
export function recordAs(): void {
  const my = context();
  if (my.identity == 0) return;
  const cell = <usize>my.identity;
  const number = my.sequence != 0 ? my.sequence : readWord(cell + IDENTITY_SEQUENCE) + 1;
  writeWord(cell + IDENTITY_SEQUENCE, number);
  writeWord(cell + IDENTITY_EPOCH, 0);
  writeWord(cell + IDENTITY_VERSION, 0);
  my.identified = 1;
}
/** Tag and ticket become known after the record was built: the values of its last two entries. */
@inline export function stampIdentity(record: usize, ticket: u64, tag: u64): void {
  if (!context().identified) return;
  const end = record + <usize>load<u32>(record, BYTES);
  store<u64>(end - 24, tag);
  store<u64>(end - 8, ticket);
}

/** The cell of a name (32 bytes, zero padded), 0 if it has none. O(identities). */
export function findIdentity(name: usize): usize {
  for (let i: u32 = 0, n = superblock().identities; i < n; i++) {
    if (hasName(cellAt(i), name)) return cellAt(i);
  }
  return 0;
}

@inline export const CLAIMED: i32 = 1;
@inline export const IN_USE: i32 = 0;
@inline export const NO_CELL: i32 = -1;

/** Makes me the owner of a name; its last owner must be dead. */
export function claimIdentity(name: usize): i32 {
  begin();
  lock(ALLOCATOR_LOCK, SMO);
  let cell = findIdentity(name);
  const isNew = cell == 0;
  if (isNew) cell = freeCell();
  const owner = cell ? readWord(cell + IDENTITY_OWNER) : 0;
  if (cell == 0 || (!isNew && !incarnationIsDead(lowOf(owner), highOf(owner)))) {
    abandon();
    return cell == 0 ? NO_CELL : IN_USE;
  }
  if (!isNew && isUnrecovered(lowOf(owner))) {
    // Its last operation may still be applied to the cell: that has to come first.
    abandon();
    recoverAll(lowOf(owner));
    return claimIdentity(name);
  }
  for (let at: usize = 0; isNew && at < IDENTITY_NAME_BYTES; at += 8) {
    writeWord(cell + IDENTITY_NAME + at, load<u64>(name + at));
  }
  writeWord(cell + IDENTITY_OWNER, pair(mySlot, context().generation));
  // The cell's words pass from slot to slot: my tickets must go on above those of the last owner.
  store<u64>(self, max<u64>(load<u64>(self, LAST), readWord(cell + IDENTITY_VERSION)), LAST);
  if (!commitWords()) return NO_CELL;
  context().identity = <u32>cell;
  return CLAIMED;
}

/**
 * Reads number, ticket and tag of the last operation recorded in a cell into `to` (three u64): all
 * of the same operation. Its owner may be between commit and apply; a dead one is recovered first.
 */
export function readOutcome(cell: usize, to: usize): void {
  while (true) {
    const owner = acquire64(cell + IDENTITY_OWNER);
    const slot = lowOf(owner);
    // The name is there and its first owner is not yet: nothing has been done under it.
    if (slot == 0) continue;
    const state = acquire64(slotLines(slot) + ST);
    if (state & COMMITTED) {
      if (incarnationIsDead(slot, highOf(owner))) recover(slot);
      continue;
    }
    store<u64>(to, acquire64(cell + IDENTITY_SEQUENCE));
    store<u64>(to, acquire64(cell + IDENTITY_VERSION), 8);
    store<u64>(to, acquire64(cell + IDENTITY_EPOCH), 16);
    if (acquire64(cell + IDENTITY_OWNER) != owner) continue;
    if (acquire64(slotLines(slot) + ST) == state) return;
  }
}

@inline function cellAt(i: u32): usize {
  return <usize>superblock().identityTable + <usize>i * IDENTITY_BYTES;
}
/** Whether the cell has the name, or the part of it that has been stored so far. */
export function hasName(cell: usize, name: usize): bool {
  for (let at: usize = 0; at < IDENTITY_NAME_BYTES; at += 8) {
    if (load<u64>(cell + IDENTITY_NAME + at) != load<u64>(name + at)) return false;
  }
  return true;
}
/** A cell that no name has taken; names are never empty. */
function freeCell(): usize {
  for (let i: u32 = 0, n = superblock().identities; i < n; i++) {
    if (load<u64>(cellAt(i) + IDENTITY_NAME) == 0) return cellAt(i);
  }
  return 0;
}
