/**
 * Typed views of the region's frames. A view costs more to make than a batch takes to read, and
 * frames are used again and again, so there is one set of views for each frame, made once.
 */

/** The views of one window, by element type; `base` is the address of their first byte. */
export interface Window {
  readonly base: number;
  readonly bytes: number;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly u8: Uint8Array;
  /** For reads that need no alignment. */
  readonly data: DataView;
}

function makeWindow(buffer: ArrayBufferLike, base: number, bytes: number): Window {
  return {
    base, bytes,
    i32: new Int32Array(buffer, base, bytes >>> 2),
    u32: new Uint32Array(buffer, base, bytes >>> 2),
    f32: new Float32Array(buffer, base, bytes >>> 2),
    f64: new Float64Array(buffer, base, bytes >>> 3),
    u8: new Uint8Array(buffer, base, bytes),
    data: new DataView(buffer, base, bytes),
  };
}

/** What views show when their time is over: nothing. */
export const NO_WINDOW: Window = makeWindow(new ArrayBuffer(0), 0, 0);

export class Windows {
  readonly #buffer: ArrayBufferLike;
  readonly #first: number;
  readonly #shift: number;
  readonly #windows: Window[] = [];

  /**
   * @param first Where the first frame can start: a multiple of 8.
   * @param shift Binary logarithm of the size of a frame.
   */
  constructor(buffer: ArrayBufferLike, first: number, shift: number) {
    this.#buffer = buffer;
    this.#first = first;
    this.#shift = shift;
  }

  /** Views that show all of the given bytes; what is longer than a frame gets views of its own. */
  of(address: number, bytes: number): Window {
    const frame = (address - this.#first) >>> this.#shift;
    const window = this.#windows[frame] ??= this.#make(frame);
    if (address + bytes <= window.base + window.bytes) return window;
    return makeWindow(this.#buffer, address & ~7, (bytes + (address & 7) + 7) & ~7);
  }

  #make(frame: number): Window {
    const base = this.#first + frame * 2 ** this.#shift;
    const bytes = Math.min(2 ** this.#shift, this.#buffer.byteLength - base);
    return makeWindow(this.#buffer, base, bytes & ~7);
  }
}
