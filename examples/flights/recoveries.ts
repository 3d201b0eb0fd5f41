// Counts the deaths that the store itself noticed and recovered from, by its membership events.

import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf } from './protocol.js';

// Members hear of a death within milliseconds; this only bounds a wait that would never end.
const PATIENCE_MS = 5000;
const LOOK_MS = 5;

/** What the watch needs of `store.members`. */
interface Departures {
  on(event: 'leave', listener: (member: { readonly identity?: string }) => void): unknown;
}

/** The identities that left a store since the watch began. */
export class RecoveryWatch {
  private readonly gone = new Set<string>();

  constructor(members: Departures) {
    members.on('leave', ({ identity }) => {
      if (identity !== undefined) this.gone.add(identity);
    });
  }

  /** How many of these workers the store has recovered; waits a while for the last of them. */
  async count(workers: readonly number[]): Promise<number> {
    const recovered = (): number => workers.filter((n) => this.gone.has(identityOf(n))).length;
    const deadline = performance.now() + PATIENCE_MS;
    while (recovered() < workers.length && performance.now() < deadline) await sleep(LOOK_MS);
    return recovered();
  }
}
