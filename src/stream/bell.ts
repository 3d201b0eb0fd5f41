/**
 * Waiting for messages, or for room. Whoever waits sets the word of its bell to 1, looks once more,
 * and then waits on that word; whoever has news clears the word and wakes. Waiting on the word
 * itself is what makes this safe: news between the look and the wait have changed the word.
 * Every wait is bounded, because some news ring no bell (the death of a thread that held a lease).
 */
import { MillraceError } from '../errors.js';

/** The longest wait without another look, in milliseconds. */
const LOOK_MS = 20;

/** Somebody of this thread who waits. */
export interface Waiter {
  /** Looks, and settles what waits if there is news. True when it waits no longer. */
  poll(): boolean;
}

/** The bells of this thread: one for waits that block it, one for all others. */
export class Bells {
  readonly #words: Int32Array;
  readonly #blocking: number;
  readonly #async: number;
  readonly #waiters = new Set<Waiter>();
  #isListening = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param words The region.
   * @param blocking Index of the word for waits that block.
   * @param async Index of the word for waits that do not.
   */
  constructor(words: Int32Array, blocking: number, async: number) {
    this.#words = words;
    this.#blocking = blocking;
    this.#async = async;
  }

  /**
   * Blocks this thread until there is news or the time is up; may come back early.
   * @param look Called between setting the bell and the wait: true makes the wait needless.
   * @throws MillraceError UNSUPPORTED in a thread that must not block.
   */
  wait(milliseconds: number, look: () => boolean): void {
    Atomics.store(this.#words, this.#blocking, 1);
    try {
      if (!look()) this.#block(Math.min(milliseconds, LOOK_MS));
    } finally {
      Atomics.store(this.#words, this.#blocking, 0);
    }
  }

  /** Polls the waiter whenever there might be news, until it says that it waits no longer. */
  add(waiter: Waiter): void {
    this.#waiters.add(waiter);
    this.#listen();
    if (waiter.poll()) this.remove(waiter);
  }

  remove(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    if (this.#waiters.size > 0) return;
    // The wait itself cannot be taken back; with a cleared word nobody pays for waking it.
    Atomics.store(this.#words, this.#async, 0);
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #block(milliseconds: number): void {
    try {
      Atomics.wait(this.#words, this.#blocking, 1, milliseconds);
    } catch (cause) {
      throw new MillraceError('UNSUPPORTED', 'This thread must not block: await instead.',
        { cause });
    }
  }

  #listen(): void {
    // Node does not stay alive for a wait, but for a timer; the same timer bounds the wait.
    this.#timer ??= setInterval(() => this.#pollAll(), LOOK_MS);
    Atomics.store(this.#words, this.#async, 1);
    if (this.#isListening) return;
    this.#isListening = true;
    const { async: waits, value } = Atomics.waitAsync(this.#words, this.#async, 1);
    const heard = (): void => {
      this.#isListening = false;
      if (this.#waiters.size === 0) return;
      this.#listen();
      this.#pollAll();
    };
    if (waits) void value.then(heard);
    else queueMicrotask(heard);
  }

  #pollAll(): void {
    for (const waiter of this.#waiters) {
      if (waiter.poll()) this.remove(waiter);
    }
  }
}
