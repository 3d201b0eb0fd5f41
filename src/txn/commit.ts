/**
 * From a write set to one mini-transaction of the core.
 */
import { RESULT } from '../core.js';
import type { Core } from '../core.js';
import { MillraceError } from '../errors.js';
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

/**
 * Commits all operations or none; with `validate` only while the captured reads hold.
 * @returns False for a conflict.
 * @throws MillraceError FULL or TXN_TOO_LARGE; then nothing has happened.
 */
export function commitWrites(core: Core, set: WriteSet, validate: boolean): boolean {
  for (;;) {
    if (!core.reserveBatch(set.recordBytes, set.deletesOnly)) throw new MillraceError('FULL');
    const result = stageAll(core, set) ? core.commitBatch(validate) : RESULT.TOO_LARGE;
    if (result === RESULT.OK) return true;
    if (result === RESULT.CONFLICT) return false;
    if (result === RESULT.TOO_LARGE) throw new MillraceError('TXN_TOO_LARGE');
  }
}
