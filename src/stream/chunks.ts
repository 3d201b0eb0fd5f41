/**
 * The chunks of the region that this thread fills. Several lie in one frame, and the frame can be
 * freed only when the core knows that none of them will be appended any more.
 */
import type { StreamCore } from '../core-streams.js';

/** A piece of the region that belongs to this thread. */
export interface Chunk {
  readonly address: number;
  readonly frame: number;
}

export class Chunks {
  readonly #core: StreamCore;
  /** Open chunks by frame. */
  readonly #open = new Map<number, number>();
  #newest = 0;

  constructor(core: StreamCore) {
    this.#core = core;
  }

  /** A chunk, undefined when the region is full. */
  reserve(bytes: number): Chunk | undefined {
    const address = this.#core.reserve(bytes);
    if (address === 0) return undefined;
    const frame = this.#core.chunkFrame;
    const old = this.#newest;
    this.#open.set(frame, (this.#open.get(frame) ?? 0) + 1);
    this.#newest = frame;
    if (old !== 0 && old !== frame) this.#releaseIfDone(old);
    return { address, frame };
  }

  /** Nothing in the chunk will be appended any more. */
  close({ frame }: Chunk): void {
    this.#open.set(frame, (this.#open.get(frame) ?? 0) - 1);
    if (frame !== this.#newest) this.#releaseIfDone(frame);
  }

  #releaseIfDone(frame: number): void {
    if ((this.#open.get(frame) ?? 0) > 0) return;
    this.#open.delete(frame);
    this.#core.release(frame);
  }
}
