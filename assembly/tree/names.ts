// Identities as the host sees them: names and results pass through the key areas.

import { claimIdentity, findIdentity, hasName, readOutcome } from "../mtx/identity";
import { context } from "../sync/instance";
import { keyArea, outputArea } from "./areas";

/** Claims the name in key area 0: 1 mine, 0 in use by somebody alive, -1 no cell is free. */
export function claimName(): i32 {
  return claimIdentity(keyArea(0));
}
/** Leaves sequence, version, epoch (u64) in the output area. False: nobody has had this name. */
export function outcomeOf(): bool {
  const name = keyArea(0);
  while (true) {
    const cell = findIdentity(name);
    if (cell == 0) return false;
    readOutcome(cell, outputArea());
    // It may have been found while a longer name was stored there word by word; by now it is whole.
    if (hasName(cell, name)) return true;
  }
}
/** Number under which the next operation is recorded; 0: the one after the last. */
export function setSequence(high: u32, low: u32): void {
  context().sequence = (<u64>high << 32) | low;
}
