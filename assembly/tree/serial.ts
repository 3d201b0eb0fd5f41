// The serial lock of the store: a transaction that keeps losing runs under it. It is taken before
// any node lock and noted like one, so a dead holder is recovered; everybody else waits for it
// before an operation, not during one.

import { SMO, isFree, slotOf } from "../layout/lock-word";
import { SERIAL_LOCK } from "../layout/superblock";
import { begin } from "../mtx/commit";
import { isMine, lock, releaseUnchanged } from "../mtx/locks";
import { recover } from "../mtx/recovery";
import { context, holderIsDead } from "../sync/instance";
import { sleepOn } from "../sync/park";
import { acquire64 } from "../sync/shared";

/** Whether somebody else runs serially. */
@inline export function serialIsElsewhere(): bool {
  return !isFree(acquire64(SERIAL_LOCK)) && !isMine(SERIAL_LOCK);
}
/** Waits until nobody else runs serially. */
@inline export function waitForSerial(): void {
  if (!isFree(acquire64(SERIAL_LOCK))) waitWhileSerial();
}
function waitWhileSerial(): void {
  while (true) {
    const word = acquire64(SERIAL_LOCK);
    if (isFree(word) || isMine(SERIAL_LOCK)) return;
    if (holderIsDead(word)) recover(slotOf(word));
    else sleepOn(SERIAL_LOCK, word);
  }
}
/** From here my operations keep their first note for the serial lock. */
export function enterSerial(): void {
  begin();
  lock(SERIAL_LOCK, SMO);
  context().noteBase = 1;
}
export function leaveSerial(): void {
  context().noteBase = 0;
  context().locks = 1;
  releaseUnchanged();
}
