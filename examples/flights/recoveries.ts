// Hears of the deaths that the store itself has noticed and recovered from, by its members' events.

/** What the watch needs of `store.members`. */
interface Departures {
  on(event: 'leave', listener: (member: { readonly identity?: string }) => void): unknown;
}

// Members hear of a death within milliseconds; this only bounds a wait that would never end.
const PATIENCE_MS = 10_000;

/** The identities that left a store since the watch began. */
export class RecoveryWatch {
  private readonly gone = new Set<string>();
  private readonly waiting = new Map<string, () => void>();

  constructor(members: Departures) {
    members.on('leave', ({ identity }) => {
      if (identity === undefined) return;
      this.gone.add(identity);
      this.waiting.get(identity)?.();
    });
  }

  /** Resolves when the store has recovered from the death of this worker. */
  async of(identity: string): Promise<void> {
    if (this.gone.has(identity)) return;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.waiting.set(identity, resolve);
        const problem = new Error(`the store has not noticed the death of ${identity}`);
        timer = setTimeout(() => reject(problem), PATIENCE_MS);
      });
    } finally {
      clearTimeout(timer);
      this.waiting.delete(identity);
    }
  }

  /** How many of these workers the store has recovered from. */
  count(workers: readonly string[]): number {
    return workers.filter((identity) => this.gone.has(identity)).length;
  }
}
