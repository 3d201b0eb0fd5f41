/**
 * From a write set to one mini-transaction of the core.
 */
import { RESULT } from '../core.js';
import type { Core } from '../core.js';
import { STREAM } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import { throwIfUnread } from '../journal/unread.js';
import { noRoom } from '../map/room.js';
import type { WriteSet } from './write-set.js';

/** Writes the records of all operations. False: the core takes no more of them. */
function stageAll(core: Core, set: WriteSet): boolean {
  for (const { key, value } of set) {
    core.keyArea.set(key);
    const at = core.stageEntry(value === undefined, key.length, value?.length ?? 0);
    if (at === 0) return false;
    if (value !== undefined) core.bytes.set(value, at);
  }
  return true;
}

/** @throws MillraceError when the offset that the commit was to carry could not be moved. */
export function checkOffset(result: number): void {
  if (result === STREAM.LEASE_LOST) throw new MillraceError('LEASE_LOST');
  if (result === STREAM.DESTROYED) throw new MillraceError('STREAM_DESTROYED');
}

/**
 * Commits all operations or none; with `validate` only while the captured reads hold.
 * @param stageOffset Called directly before each attempt: the offset of a stream that the commit
 *   carries.
 * @returns False for a conflict.
 * @throws MillraceError FULL, TXN_TOO_LARGE or BUSY; CORRUPT or IO_ERROR when a record that it
 *   needs cannot be had from the files. Then nothing has happened.
 */
export function commitWrites(
  core: Core, set: WriteSet, validate: boolean, stageOffset?: () => void,
): boolean {
  for (;;) {
    if (!core.reserveBatch(set.recordBytes, set.deletesOnly)) throw noRoom(core, 'FULL');
    const isStaged = stageAll(core, set);
    if (isStaged) stageOffset?.();
    const result = isStaged ? core.commitBatch(validate) : RESULT.TOO_LARGE;
    checkOffset(result);
    if (result === RESULT.OK) return true;
    if (result === RESULT.CONFLICT) return false;
    if (result === RESULT.TOO_LARGE) throw noRoom(core, 'TXN_TOO_LARGE');
    if (result === RESULT.UNREADABLE) throwIfUnread(core);
  }
}
