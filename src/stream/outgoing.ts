/**
 * The way of messages out of this thread: what is staged, when it is published, and how long to
 * wait for room.
 */
import type { StreamCore } from '../core-streams.js';
import { STREAM } from '../core-streams.js';
import { MillraceError } from '../errors.js';
import type { Waiter } from './bell.js';
import type { Chunk } from './chunks.js';
import type { Lane, Outlet } from './lane.js';
import type { Closable, StreamParts } from './parts.js';
import type { Windows } from './windows.js';

/** What a writer does when a partition holds as much as its capacity allows. */
export type Overflow = 'wait' | 'error';

/** When to give up waiting for room. */
export interface Patience {
  readonly overflow: Overflow;
  /** In milliseconds. */
  readonly timeout: number;
}

/** Whoever owns the lanes. */
export interface EndListener {
  /** Nothing can be added any more. */
  ended(): void;
  /** Nothing will be published any more. */
  forgotten(): void;
}

interface Wait {
  readonly isOver: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  readonly until: number;
}

export class Outgoing implements Outlet, Closable {
  readonly core: StreamCore;
  readonly windows: Windows;
  readonly rowBytes: number;
  readonly chunkBytes: number;
  readonly batchBytes: number;
  readonly messageMax: number;

  readonly #parts: StreamParts;
  readonly #patience: Patience;
  /** Lanes with messages that nobody sees yet. */
  readonly #staged = new Set<Lane>();
  readonly #waits = new Set<Wait>();
  #waiter: Waiter | undefined;
  #givesUpAt = 0;
  #isTaskAwaited = false;
  /** Why the last attempt failed. */
  #obstacle: 'STREAM_FULL' | 'FULL' = 'STREAM_FULL';
  #failure: MillraceError | undefined;

  /** Hears of the end. */
  listener: EndListener | undefined;

  constructor(parts: StreamParts, patience: Patience, batchBytes: number = Infinity) {
    this.#parts = parts;
    this.#patience = patience;
    const { core, windows, rowBytes } = parts;
    this.core = core;
    this.windows = windows;
    this.rowBytes = rowBytes;
    this.messageMax = messageMax(parts);
    this.chunkBytes = chunkBytes(parts);
    this.batchBytes = Math.min(batchBytes, this.chunkBytes);
    parts.open.add(this);
  }

  /** Why nothing can be sent any more. */
  get failure(): MillraceError | undefined {
    return this.#failure;
  }

  get hasStaged(): boolean {
    return this.#staged.size > 0;
  }

  begin(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#parts.beginWrite();
  }

  stage(lane: Lane): void {
    this.#staged.add(lane);
    if (this.#isTaskAwaited) return;
    this.#isTaskAwaited = true;
    queueMicrotask(() => {
      this.#isTaskAwaited = false;
      if (this.publishStaged() || this.#failure !== undefined) return;
      this.#givesUpAt = performance.now() + this.#patience.timeout;
      this.#keepTrying();
    });
  }

  reserve(bytes: number): Chunk | undefined {
    const chunk = this.#parts.chunks.reserve(bytes);
    if (chunk === undefined) this.#obstacle = 'FULL';
    return chunk;
  }

  release(chunk: Chunk): void {
    this.#parts.chunks.close(chunk);
  }

  hasSleeper(partition: number): boolean {
    return this.#parts.sight.hasSleeper(this.#parts.nodes[partition]);
  }

  publish(
    partition: number, chunk: Chunk, from: number, bytes: number, count: number,
  ): boolean {
    const { nodes, id } = this.#parts;
    const result = this.core.append(
      nodes[partition], id, chunk.frame, chunk.address + from, bytes, count);
    if (result === STREAM.OK) return true;
    if (result === STREAM.DESTROYED) throw this.end('STREAM_DESTROYED');
    this.#obstacle = result === STREAM.FULL ? 'FULL' : 'STREAM_FULL';
    return false;
  }

  untilRoom(attempt: () => boolean, patience: Patience = this.#patience): void {
    if (attempt()) return;
    if (patience.overflow === 'error' || this.#isOwnConsumer()) throw this.#noRoom();
    // Those who are to make the room may be waiting for what this thread has staged elsewhere.
    for (const open of this.#parts.open) {
      if (open !== this) open.beforeBlocking();
    }
    const until = performance.now() + patience.timeout;
    for (let left = patience.timeout; left > 0; left = until - performance.now()) {
      if (this.#waitOnce(left, attempt)) return;
    }
    throw this.#noRoom();
  }

  /** Publishes what there is room for. False: something is left, or everything has failed. */
  publishStaged(): boolean {
    try {
      for (const lane of this.#staged) {
        lane.rest();
        if (lane.tryPublish()) this.#staged.delete(lane);
      }
      return this.#staged.size === 0;
    } catch (error) {
      this.#settleAll(error);
      return false;
    }
  }

  /**
   * Settles when the condition holds; tries to publish what is staged until then.
   * @throws MillraceError (rejected) STREAM_FULL or FULL after the time-out; STREAM_DESTROYED,
   *   CLOSED.
   */
  until(isOver: () => boolean): Promise<void> {
    this.publishStaged();
    if (this.#failure === undefined && isOver()) return Promise.resolve();
    const until = performance.now() + this.#patience.timeout;
    const promise = new Promise<void>((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      else this.#waits.add({ isOver, resolve, reject, until });
    });
    // Who does not look at the result meets the same failure at the next call.
    promise.catch(() => undefined);
    if (this.#failure === undefined) this.#keepTrying();
    return promise;
  }

  /** From here on every call fails with this code. What is staged stays staged. */
  end(code: 'STREAM_DESTROYED' | 'CLOSED', detail?: string): MillraceError {
    if (this.#failure === undefined) {
      this.#failure = new MillraceError(code, detail);
      if (code === 'STREAM_DESTROYED') this.#settleAll(this.#failure);
      this.listener?.ended();
    }
    return this.#failure;
  }

  /** Publishes what is left, and ends. What finds no room in time is lost; see `until`. */
  close(detail?: string): Promise<void> {
    const flushed = this.publishStaged() ? undefined : this.until(() => !this.hasStaged);
    this.end('CLOSED', detail);
    if (flushed !== undefined && this.hasStaged) return flushed.finally(() => this.#forget());
    this.#forget();
    return flushed ?? Promise.resolve();
  }

  storeCloses(): Promise<void> | undefined {
    const closed = this.close();
    return this.hasStaged ? closed : undefined;
  }

  holdsUp(): boolean {
    return false;
  }

  beforeBlocking(): void {
    this.publishStaged();
  }

  /** Blocks until there might be room; whether the attempt before that, or after, succeeded. */
  #waitOnce(milliseconds: number, attempt: () => boolean): boolean {
    let isDone = false;
    try {
      this.#parts.bells.wait(milliseconds, () => {
        isDone = attempt();
        return isDone;
      });
    } catch (error) {
      const mustNotBlock = error instanceof MillraceError && error.code === 'UNSUPPORTED';
      throw mustNotBlock ? this.#noRoom(error) : error;
    }
    return isDone || attempt();
  }

  #isOwnConsumer(): boolean {
    const { open, id } = this.#parts;
    return [...open].some((other) => other.holdsUp(id));
  }

  #noRoom(cause?: unknown): MillraceError {
    return new MillraceError(this.#obstacle, undefined, { cause });
  }

  #keepTrying(): void {
    if (this.#waiter !== undefined) return;
    this.#waiter = { poll: () => this.#poll() };
    this.#parts.bells.add(this.#waiter);
  }

  #poll(): boolean {
    const isPublished = this.publishStaged();
    const now = performance.now();
    for (const wait of this.#waits) {
      if (wait.isOver()) wait.resolve();
      else if (now > wait.until) wait.reject(this.#noRoom());
      else continue;
      this.#waits.delete(wait);
    }
    const isOver = this.#waits.size === 0 && (isPublished || now > this.#givesUpAt);
    if (isOver) this.#waiter = undefined;
    return isOver;
  }

  #settleAll(error: unknown): void {
    for (const { reject } of this.#waits) reject(error);
    this.#waits.clear();
    this.#staged.clear();
  }

  #forget(): void {
    this.#settleAll(this.#failure);
    if (this.#waiter !== undefined) this.#parts.bells.remove(this.#waiter);
    this.#waiter = undefined;
    this.#parts.open.delete(this);
    this.listener?.forgotten();
  }
}

/** A chunk is published in one piece, and a partition gives room back in quarters. */
function chunkBytes({ core, capacity, rowBytes }: StreamParts): number {
  const most = Math.min(core.chunkMax, capacity >>> 2);
  return Math.max(most & ~7, rowBytes);
}

/** Bytes that one message may take. */
function messageMax({ core, capacity }: StreamParts): number {
  return Math.min(core.messageMax, capacity);
}
