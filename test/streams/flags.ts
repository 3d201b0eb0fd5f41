/**
 * What the threads of a stream test tell each other beside the store, in words that survive them.
 */

/** Somebody has to stop: consumers that find nothing more, producers at once. */
const STOP = 0;

export class Flags {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  stop(): void {
    Atomics.store(this.#words, STOP, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#words, STOP) === 1;
  }
}
