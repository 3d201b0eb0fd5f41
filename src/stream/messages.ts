/**
 * Iterating over the messages of a batch. One result object for all steps, as there is one message.
 */
import { Steps } from '../map/steps.js';
import { Message } from './message.js';
import type { Window } from './windows.js';

/** The length that stands before each message of a stream that has no fixed size of rows. */
export const LENGTH_BYTES = 4;

/** Where the messages of a batch lie in a window. */
export interface MessageRange {
  readonly start: number;
  readonly end: number;
  readonly firstOffset: number;
  /** Bytes of each message; 0 when each has its length before it. */
  readonly rowBytes: number;
}

export class Messages extends Steps<Message> {
  readonly #window: Window;
  readonly #rowBytes: number;
  readonly #message: Message;
  readonly #step: IteratorYieldResult<Message>;
  #at: number;
  #end: number;
  #offset: number;

  constructor(window: Window, { start, end, firstOffset, rowBytes }: MessageRange) {
    super();
    this.#window = window;
    this.#rowBytes = rowBytes;
    this.#at = start;
    // The views of a batch whose time is over are empty, and so is the iteration.
    this.#end = Math.min(end, window.bytes);
    this.#offset = firstOffset;
    this.#message = new Message(window);
    this.#step = { value: this.#message, done: false };
  }

  next(): IteratorResult<Message, undefined> {
    const at = this.#at;
    if (at >= this.#end) return { value: undefined, done: true };
    if (this.#rowBytes !== 0) {
      this.#message.moveTo(at, this.#rowBytes, this.#offset);
      this.#at = at + this.#rowBytes;
    } else {
      const length = this.#window.u32[at >> 2];
      this.#message.moveTo(at + LENGTH_BYTES, length, this.#offset);
      this.#at = at + ((LENGTH_BYTES + length + 3) & ~3);
    }
    this.#offset++;
    return this.#step;
  }

  override return(): IteratorResult<Message, undefined> {
    this.#end = 0;
    return super.return();
  }
}
