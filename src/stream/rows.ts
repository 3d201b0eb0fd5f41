/**
 * Rows that are written where consumers will read them: the cheapest way into a stream.
 */
import { Lane } from './lane.js';
import type { Outlet } from './lane.js';
import { NO_WINDOW } from './windows.js';
import type { Window } from './windows.js';

/**
 * Rows of one partition, written in place:
 *
 *     const at = rows.reserve();
 *     rows.i32[at >> 2] = 7;
 *     rows.f64[(at + 8) >> 3] = 0.5;
 *     rows.commit();
 *
 * `reserve` returns the byte offset of the next row in all of the views; what stood there before
 * is undefined. The views change from time to time: take them from `rows` for each row. A row that
 * is reserved and not committed does not exist. Rows that are at hand together are cheaper
 * together: `reserve(count)`, and one `commit`.
 */
export interface Rows {
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  /** Usable at rows and fields that are multiples of 8. */
  readonly f64: Float64Array;
  readonly u8: Uint8Array;

  /** The most rows that can be reserved at once: a chunk of them. */
  readonly most: number;

  /**
   * Room for rows that lie one behind the other, in place of what was reserved and not committed:
   * the byte offset of the first in the views, a multiple of 4, and of 8 if rowBytes is one.
   * @param count Default 1.
   * @throws TypeError for less than one row or more than `most`.
   * @throws MillraceError STREAM_FULL, FULL, STREAM_DESTROYED or CLOSED.
   */
  reserve(count?: number): number;

  /**
   * What was reserved is complete, all of it. Published with others: see Writer.
   * @throws TypeError when no row is reserved. MillraceError STREAM_DESTROYED or CLOSED.
   */
  commit(): void;
}

export class RowLane extends Lane implements Rows {
  i32: Int32Array = NO_WINDOW.i32;
  u32: Uint32Array = NO_WINDOW.u32;
  f32: Float32Array = NO_WINDOW.f32;
  f64: Float64Array = NO_WINDOW.f64;
  u8: Uint8Array = NO_WINDOW.u8;

  readonly most: number;

  readonly #rowBytes: number;
  /**
   * All in the views: the start of the chunk, the next row, the first row that is not published,
   * the last one that fits.
   */
  #first = 0;
  #next = 0;
  #published = 0;
  #last = -1;
  /** The row that was reserved last, and the end of what was reserved with it. */
  #reserved = -1;
  #reservedEnd = -1;
  /** From this place on a commit looks whether it is time to publish. */
  #limit = -1;

  constructor(outlet: Outlet, partition: number) {
    super(outlet, partition);
    this.#rowBytes = outlet.rowBytes;
    this.most = Math.floor(outlet.chunkBytes / outlet.rowBytes);
  }

  get stagedBytes(): number {
    return this.#next - this.#published;
  }

  reserve(count: number = 1): number {
    if (count !== 1) return this.#reserveMany(count);
    if (this.#next > this.#last) this.#startChunk();
    this.#reserved = this.#next;
    this.#reservedEnd = this.#next + this.#rowBytes;
    return this.#next;
  }

  commit(): void {
    if (this.#reserved !== this.#next) throw new TypeError('No row is reserved');
    this.#next = this.#reservedEnd;
    if (this.#next >= this.#limit) this.#committed();
  }

  override refuse(): void {
    this.#last = -1;
    this.#limit = -1;
  }

  override close(): void {
    super.close();
    this.#show(NO_WINDOW);
  }

  override rest(): void {
    super.rest();
    this.#limit = Math.min(this.#limit, this.#next);
  }

  override tryPublish(): boolean {
    const from = this.#published;
    const bytes = this.#next - from;
    const chunk = this.chunk();
    if (bytes === 0 || chunk === undefined) return bytes === 0;
    const start = from - this.#first;
    const count = bytes / this.#rowBytes;
    if (!this.outlet.publish(this.partition, chunk, start, bytes, count)) return false;
    this.#published = this.#next;
    return true;
  }

  #reserveMany(count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > this.most) {
      throw new TypeError(`1 to ${this.most} rows can be reserved at once, not ${count}`);
    }
    const bytes = count * this.#rowBytes;
    if (this.#next + bytes > this.#last + this.#rowBytes) this.#startChunk();
    this.#reserved = this.#next;
    this.#reservedEnd = this.#next + bytes;
    return this.#next;
  }

  #startChunk(): void {
    this.outlet.begin();
    const { chunkBytes, windows } = this.outlet;
    this.outlet.untilRoom(() => this.tryPublish());
    this.leaveChunk();
    this.outlet.untilRoom(() => this.chunk() !== undefined);
    const { address } = this.chunk()!;
    const window: Window = windows.of(address, chunkBytes);
    this.#show(window);
    this.#first = address - window.base;
    this.#next = this.#first;
    this.#published = this.#first;
    this.#last = this.#next + chunkBytes - this.#rowBytes;
    this.#limit = this.#next;
  }

  #show(window: Window): void {
    ({ i32: this.i32, u32: this.u32, f32: this.f32, f64: this.f64, u8: this.u8 } = window);
  }

  #committed(): void {
    if (this.#next > this.#last + this.#rowBytes) {
      this.#next = this.#reserved;
      this.outlet.begin();
      throw new TypeError('A row must be reserved before it is committed');
    }
    const step = this.look();
    if (this.#next > this.#last) this.tryPublish();
    this.#limit = Math.min(this.#last, this.#next + step);
  }
}
