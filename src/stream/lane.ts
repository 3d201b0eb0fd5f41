/**
 * What a writer has under way to one partition: a chunk of the region that belongs to this writer
 * alone until its messages are published, piece by piece. When that happens is decided here.
 */
import type { StreamCore } from '../core-streams.js';
import type { Chunk } from './chunks.js';
import type { Windows } from './windows.js';

/** What a lane needs of its writer. */
export interface Outlet {
  readonly core: StreamCore;
  readonly windows: Windows;
  readonly rowBytes: number;
  /** Bytes of a chunk, a multiple of 8. */
  readonly chunkBytes: number;
  /** Staged messages are published at the latest when they are so many bytes. */
  readonly batchBytes: number;
  /** The most space that one message may take. */
  readonly messageMax: number;
  /** @throws MillraceError CLOSED or STREAM_DESTROYED. */
  begin(): void;
  /** The lane has messages that are to be published at the end of the present task. */
  stage(lane: Lane): void;
  /** Attempts something until there is room for it. @throws MillraceError STREAM_FULL, FULL. */
  untilRoom(attempt: () => boolean): void;
  /**
   * Publishes messages of a chunk, from a byte of it on. False: the partition or the region has no
   * room now.
   */
  publish(
    partition: number, chunk: Chunk, from: number, bytes: number, count: number,
  ): boolean;
  /** Space in the region for this writer alone; undefined when the region has none. */
  reserve(bytes: number): Chunk | undefined;
  /** Nothing more will be published from that space. */
  release(chunk: Chunk): void;
  /** Whether a consumer of the partition sleeps. */
  hasSleeper(partition: number): boolean;
}

/** After so many bytes of a burst its first look for sleepers comes; then after twice as many. */
const FIRST_STEP = 256;

export abstract class Lane {
  readonly partition: number;
  protected readonly outlet: Outlet;
  #chunk: Chunk | undefined;
  #step = 0;

  constructor(outlet: Outlet, partition: number) {
    this.outlet = outlet;
    this.partition = partition;
  }

  /** Bytes that are not published yet. */
  abstract get stagedBytes(): number;

  /** Publishes what is staged. False: the partition has no room for it now. */
  abstract tryPublish(): boolean;

  /** From here on every call of the user's meets `Outlet.begin`. */
  abstract refuse(): void;

  /** Gives the chunk back: nothing will be published any more. */
  close(): void {
    this.leaveChunk();
  }

  /** The task that filled the lane is over: the next message counts as the first of a burst. */
  rest(): void {
    this.#step = 0;
  }

  /** The present chunk; undefined when the region has no room for one. */
  protected chunk(): Chunk | undefined {
    this.#chunk ??= this.outlet.reserve(this.outlet.chunkBytes);
    return this.#chunk;
  }

  /** The next chunk is another one. */
  protected leaveChunk(): void {
    if (this.#chunk !== undefined) this.outlet.release(this.#chunk);
    this.#chunk = undefined;
  }

  /**
   * Publishes now if a consumer of the partition sleeps, or a batch is full; else the end of the
   * task or of the chunk is soon enough. In a burst the looks come further and further apart: a
   * consumer that is faster than this thread sleeps all the time, and each waking costs as much as
   * a thousand messages.
   * @returns How many bytes may be added before the next look.
   */
  protected look(): number {
    this.outlet.stage(this);
    const { batchBytes } = this.outlet;
    const isFull = this.stagedBytes >= batchBytes;
    if (isFull || this.outlet.hasSleeper(this.partition)) this.tryPublish();
    this.#step = this.#step === 0 ? FIRST_STEP : Math.min(2 * this.#step, this.outlet.chunkBytes);
    return Math.max(1, Math.min(this.#step, batchBytes - this.stagedBytes));
  }
}
