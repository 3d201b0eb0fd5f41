/**
 * Messages of bytes on their way to one partition: collected in private memory, because copying
 * into shared memory costs V8 several times as much per call, and carried over a chunk at a time.
 */
import { MillraceError } from '../errors.js';
import { Lane } from './lane.js';
import type { Outlet } from './lane.js';
import { LENGTH_BYTES } from './messages.js';

/** Bytes that a message takes: its length and padding to 4 bytes, or just a row. */
export function spaceOf(bytes: number, rowBytes: number): number {
  return rowBytes === 0 ? LENGTH_BYTES + ((bytes + 3) & ~3) : rowBytes;
}

/**
 * @throws TypeError when this is no Uint8Array, or no row. MillraceError VALUE_TOO_LARGE when no
 *   message of the stream may be so long.
 */
export function checkMessage(bytes: unknown, { rowBytes, messageMax }: Outlet): void {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('A message is a Uint8Array');
  if (rowBytes !== 0 && bytes.length !== rowBytes) {
    throw new TypeError(`A row of this stream has ${rowBytes} bytes, not ${bytes.length}`);
  }
  if (spaceOf(bytes.length, rowBytes) > messageMax) {
    throw new MillraceError('VALUE_TOO_LARGE',
      `The message takes ${bytes.length} bytes, one of this stream may take ${messageMax}.`);
  }
}

/** Writes a message where it will be read. */
export function writeMessage(outlet: Outlet, bytes: Uint8Array, address: number): void {
  const { core, rowBytes } = outlet;
  if (rowBytes === 0) core.words[address >>> 2] = bytes.length;
  core.bytes.set(bytes, rowBytes === 0 ? address + LENGTH_BYTES : address);
}

export class StagedLane extends Lane {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #rowBytes: number;
  /** Where a message starts behind its place. */
  readonly #header: number;
  #used = 0;
  #published = 0;
  #count = 0;
  /** Up to here messages are taken without another thought. */
  #limit = 0;

  constructor(outlet: Outlet, partition: number) {
    super(outlet, partition);
    this.#bytes = new Uint8Array(outlet.chunkBytes);
    this.#words = new Int32Array(this.#bytes.buffer);
    this.#rowBytes = outlet.rowBytes;
    this.#header = outlet.rowBytes === 0 ? LENGTH_BYTES : 0;
  }

  get stagedBytes(): number {
    return this.#used - this.#published;
  }

  /** Takes a copy of the message. O(bytes). */
  append(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array) || bytes.length > this.#limit ||
        this.#used + this.#header + bytes.length > this.#limit ||
        (this.#rowBytes !== 0 && bytes.length !== this.#rowBytes)) {
      this.#appendSlowly(bytes);
      return;
    }
    this.#place(bytes);
  }

  override refuse(): void {
    this.#limit = -1;
  }

  override rest(): void {
    super.rest();
    // The next message counts as the first of a burst.
    this.#limit = Math.min(this.#limit, this.#used);
  }

  override tryPublish(): boolean {
    const from = this.#published;
    const bytes = this.#used - from;
    if (bytes === 0) return true;
    const chunk = this.chunk();
    if (chunk === undefined) return false;
    const isWhole = bytes === this.#bytes.length;
    const whole = isWhole ? this.#bytes : this.#bytes.subarray(from, this.#used);
    this.outlet.core.bytes.set(whole, chunk.address + from);
    if (!this.outlet.publish(this.partition, chunk, from, bytes, this.#count)) return false;
    this.#published = this.#used;
    this.#count = 0;
    return true;
  }

  #place(bytes: Uint8Array): void {
    const at = this.#used;
    // A row overwrites the length at once.
    this.#words[at >> 2] = bytes.length;
    this.#bytes.set(bytes, at + this.#header);
    this.#used = at + ((this.#header + bytes.length + 3) & ~3);
    this.#count++;
  }

  #appendSlowly(bytes: Uint8Array): void {
    this.outlet.begin();
    checkMessage(bytes, this.outlet);
    const space = spaceOf(bytes.length, this.#rowBytes);
    const size = this.#bytes.length;
    if (this.#used + space > size) {
      this.outlet.untilRoom(() => this.tryPublish());
      this.#startChunk();
    }
    if (space > size) {
      this.#publishAlone(bytes, space);
      return;
    }
    this.#place(bytes);
    const step = this.look();
    this.#limit = Math.min(size, this.#used + step);
  }

  #startChunk(): void {
    this.leaveChunk();
    this.#used = 0;
    this.#published = 0;
    this.#limit = 0;
  }

  /** A message longer than a chunk needs no staging. */
  #publishAlone(bytes: Uint8Array, space: number): void {
    const { outlet } = this;
    outlet.untilRoom(() => {
      const chunk = outlet.reserve(space);
      if (chunk === undefined) return false;
      writeMessage(outlet, bytes, chunk.address);
      const isPublished = outlet.publish(this.partition, chunk, 0, space, 1);
      outlet.release(chunk);
      return isPublished;
    });
  }
}
