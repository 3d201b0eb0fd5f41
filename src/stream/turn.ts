/**
 * Turns of the event loop. A loop that awaits what is always ready never lets timers and messages
 * through, so after a while it has to wait for a real turn.
 */

/** How long a loop may keep its thread, in milliseconds. */
const TURN_MS = 10;

/** Runs fn in the next turn. */
const inNextTurn: (fn: () => void) => void = typeof setImmediate === 'function'
  ? (fn) => { setImmediate(fn); }
  : (fn) => { setTimeout(fn, 0); };

export class Turn {
  #beganAt = performance.now();

  /** The event loop has just come by. */
  began(): void {
    this.#beganAt = performance.now();
  }

  isOver(): boolean {
    return performance.now() - this.#beganAt > TURN_MS;
  }

  /** Resolves in the next turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      inNextTurn(() => {
        this.began();
        resolve();
      });
    });
  }
}
