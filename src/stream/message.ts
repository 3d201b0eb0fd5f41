/**
 * One message of a batch: a cursor that moves, because an object for each message costs more than
 * the message.
 */
import { copyBytes } from '../codec/bytes.js';
import type { Window } from './windows.js';

/**
 * The message that an iteration over a batch stands at. It is the same object for all messages and
 * shows another one after the next step: take what you need out of it, or `copy()`.
 */
export class Message {
  /** Number of the message in its partition. */
  offset = 0;
  /** Bytes of the message. */
  length = 0;

  readonly #window: Window;
  #at = 0;

  /** Messages come from batches. */
  constructor(window: Window) {
    this.#window = window;
  }

  /** @internal Shows the message at a place in the window. */
  moveTo(at: number, length: number, offset: number): void {
    this.#at = at;
    this.length = length;
    this.offset = offset;
  }

  /** A view of the bytes where they lie: valid as long as the batch. */
  bytes(): Uint8Array {
    return this.#window.u8.subarray(this.#at, this.#at + this.length);
  }

  /** A private copy of the bytes; on Node a Buffer. O(bytes). */
  copy(): Uint8Array {
    return copyBytes(this.bytes());
  }

  /** The little-endian number at a byte of the message. @throws RangeError behind its end. */
  u8(at: number): number {
    this.#check(at, 1);
    return this.#window.u8[this.#at + at];
  }

  /** As u8; any byte will do, no alignment is needed. */
  u32(at: number): number {
    this.#check(at, 4);
    return this.#window.data.getUint32(this.#at + at, true);
  }

  /** As u32. */
  i32(at: number): number {
    this.#check(at, 4);
    return this.#window.data.getInt32(this.#at + at, true);
  }

  /** As u32. */
  f64(at: number): number {
    this.#check(at, 8);
    return this.#window.data.getFloat64(this.#at + at, true);
  }

  #check(at: number, bytes: number): void {
    if (at >= 0 && at + bytes <= this.length) return;
    throw new RangeError(`The message has ${this.length} bytes, none at ${at}`);
  }
}
