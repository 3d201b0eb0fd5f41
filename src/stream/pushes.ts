/**
 * Messages that are published one at a time: their chunks, so that they lie together and need no
 * call for room.
 */
import type { Chunk } from './chunks.js';
import type { Outgoing, Patience } from './outgoing.js';
import { checkMessage, spaceOf, writeMessage } from './staged-lane.js';

/** Chunks of pushes are small, because every partition has one. */
const CHUNK_BYTES = 16 * 1024;

interface Place {
  chunk: Chunk | undefined;
  used: number;
}

export class Pushes {
  readonly #outgoing: Outgoing;
  readonly #chunkBytes: number;
  readonly #places: Place[];

  constructor(outgoing: Outgoing, partitions: number) {
    this.#outgoing = outgoing;
    this.#chunkBytes = Math.min(CHUNK_BYTES, outgoing.chunkBytes);
    this.#places = Array.from({ length: partitions }, () => ({ chunk: undefined, used: 0 }));
    outgoing.listener = { ended: () => this.#close(), forgotten: () => this.#close() };
  }

  /** Publishes one message. O(bytes). */
  push(partition: number, bytes: Uint8Array, patience: Patience | undefined): void {
    const outgoing = this.#outgoing;
    outgoing.begin();
    checkMessage(bytes, outgoing);
    const space = spaceOf(bytes.length, outgoing.rowBytes);
    const place = this.#places[partition];
    if (this.#attempt(partition, place, bytes, space)) return;
    outgoing.untilRoom(() => this.#attempt(partition, place, bytes, space), patience);
  }

  #attempt(partition: number, place: Place, bytes: Uint8Array, space: number): boolean {
    const outgoing = this.#outgoing;
    if (place.chunk === undefined || place.used + space > this.#chunkBytes) {
      if (place.chunk !== undefined) outgoing.release(place.chunk);
      place.chunk = outgoing.reserve(Math.max(space, this.#chunkBytes));
      place.used = 0;
      if (place.chunk === undefined) return false;
    }
    writeMessage(outgoing, bytes, place.chunk.address + place.used);
    if (!outgoing.publish(partition, place.chunk, place.used, space, 1)) return false;
    place.used += space;
    return true;
  }

  /** Gives the chunks back. */
  #close(): void {
    for (const place of this.#places) {
      if (place.chunk !== undefined) this.#outgoing.release(place.chunk);
      place.chunk = undefined;
    }
  }
}
