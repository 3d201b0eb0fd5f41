// The slots of the file `pages`: which ones the root in the directory names, and the next one that
// neither it nor the checkpoint in the making has taken.

import {
  entryOf, pageCount, rootEntry, setUsedWord, slotCount, tablePages, usedSlotsWords, usedWord,
} from "../layout/pages";

/** The header of the file. */
@inline const HEADER_SLOT: u32 = 0;

function use(slot: u32): void {
  setUsedWord(slot >> 5, usedWord(slot >> 5) | (1 << (slot & 31)));
}
/** Takes stock: only what the root names is in use. How many slots that are. O(pages). */
export function countSlots(): u32 {
  for (let i: u32 = 0, n = usedSlotsWords(); i < n; i++) setUsedWord(i, 0);
  use(HEADER_SLOT);
  let used: u32 = 1;
  for (let page: u32 = 0, n = pageCount(); page < n; page++) {
    const slot = entryOf(page).slot;
    if (slot == 0) continue;
    use(slot);
    used++;
  }
  for (let t: u32 = 0, n = tablePages(); t < n; t++) {
    const slot = rootEntry(t).slot;
    if (slot == 0) continue;
    use(slot);
    used++;
  }
  return used;
}
/** Takes the first free slot behind `after`. There always is one: two checkpoints fit the map. */
export function takeSlotBehind(after: u32): u32 {
  for (let slot = after + 1, n = slotCount(); slot < n; slot++) {
    const word = usedWord(slot >> 5);
    if (word == u32.MAX_VALUE) {
      slot |= 31;
    } else if (!((word >>> (slot & 31)) & 1)) {
      use(slot);
      return slot;
    }
  }
  return 0;
}
/** The greatest slot that the table in memory names. O(pages). */
export function lastSlot(): u32 {
  let last: u32 = 0;
  for (let page: u32 = 0, n = pageCount(); page < n; page++) {
    last = max<u32>(last, entryOf(page).slot);
  }
  for (let t: u32 = 0, n = tablePages(); t < n; t++) last = max<u32>(last, rootEntry(t).slot);
  return last;
}
