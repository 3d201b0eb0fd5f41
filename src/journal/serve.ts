/**
 * The life of a journal worker: turn after turn of group commit, until the store ends.
 * docs/protocol.md, section 4.
 */
import { TURN } from '../core.js';
import type { Core } from '../core.js';
import type { FileAccess } from './files.js';

/** The longest wait for work, and so the longest time until a request to stop is seen. */
const TURN_MS = 20;

/** What is written is synced at least so often. */
const SYNC_MS = 1000;

/**
 * Serves until it is told to stop. Two journal workers do this at the same time: one works, the
 * other stands by, and takes checkpoints where both can have the files.
 */
export async function serveUntilStopped(core: Core, files: FileAccess): Promise<void> {
  let syncAt = performance.now() + SYNC_MS;
  let turn: number = TURN.IDLE;
  while (turn !== TURN.STOPPED) {
    await files.ready();
    const isSyncDue = performance.now() >= syncAt;
    turn = core.serveJournal(TURN_MS, isSyncDue, files.isAlone);
    if (isSyncDue) syncAt = performance.now() + SYNC_MS;
  }
}
