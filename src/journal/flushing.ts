/**
 * Waiting until what was written is durable: with a promise, or by blocking the thread. The two
 * sleep on words of their own, because a thread that does both on one word can miss a wake-up.
 */
import { FLUSH } from '../core.js';
import type { Core } from '../core.js';
import { MillraceError } from '../errors.js';
import { LAYOUT } from '../layout.js';
import { SlotTable } from '../supervisor/slot-table.js';
import type { Durability } from './durability.js';
import { failureIn } from './failure.js';

const { Superblock, FLUSH_BELL, FLUSH_SIGNAL } = LAYOUT.superblock;

/** Waits are bounded, and look again. */
const LOOK_MS = 100;

/** For so long there may be nobody who writes the journal, or only such as end soon. */
const PATIENCE_MS = 10_000;

/** More than that between two looks is a clock that has jumped, or a thread that stood still. */
const STEP_MS = 1_000;

/** Who lives longer does not end soon: it is at work, and its disk is slow. */
const SOON_MS = 5_000;

const NOT_DURABLE = ' What was written is visible, but it is not durable.';

/** Somebody who waits with a promise. */
interface Waiter {
  readonly epoch: bigint;
  readonly isSynced: boolean;
  settle(error?: unknown): void;
}

/** Whether this thread may sleep: the main thread of a browser may not. */
function canBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** The waits of one attached thread. */
export class Flushing {
  /** Whether the store has files; without any, everything is as durable as it gets at once. */
  readonly hasFiles: boolean;

  private readonly words: Int32Array;
  private readonly table: SlotTable;
  private readonly waiters = new Set<Waiter>();
  private isWatching = false;
  /** When somebody was last seen to be at work, and since when those of the last look are there. */
  private servedAt = 0;
  private time = 0;
  private lookedAt = 0;
  private servants = new Map<string, number>();

  constructor(private readonly core: Core) {
    this.hasFiles = core.words[Superblock.journal >>> 2] !== 0;
    this.words = new Int32Array(core.memory.buffer);
    this.table = new SlotTable(core.memory);
  }

  /** How durable a commit of that epoch is by now. */
  levelOf(epoch: bigint): Durability {
    if (!this.hasFiles) return 'visible';
    if (this.core.flushState(epoch, true) === FLUSH.REACHED) return 'synced';
    return this.core.flushState(epoch, false) === FLUSH.REACHED ? 'flushed' : 'visible';
  }

  /** @throws MillraceError UNSUPPORTED where `wait` could not wait. */
  checkWait(durability: Durability): void {
    if (durability === 'visible' || !this.hasFiles || canBlock()) return;
    throw new MillraceError('UNSUPPORTED',
      'This thread must not block until a write is durable: await flushed() after it instead.');
  }

  /**
   * Blocks until everything that this thread saw committed is durable.
   * @throws MillraceError IO_ERROR when it never will be; BUSY when nobody has lived for ten
   *   seconds who could write it.
   */
  wait(durability: Durability): void {
    if (durability === 'visible' || !this.hasFiles) return;
    const isSynced = durability === 'synced';
    const epoch = this.core.wantFlush(isSynced);
    const word = FLUSH_SIGNAL >>> 2;
    this.servedAt = this.tick();
    for (;;) {
      const seen = Atomics.load(this.words, word);
      if (this.isReached(epoch, isSynced)) return;
      if (Atomics.wait(this.words, word, seen, LOOK_MS) === 'timed-out') this.checkServed();
    }
  }

  /**
   * Resolves when everything that this thread saw committed at the call is durable; rejects as
   * `wait` throws, and with the reason of the signal when that is aborted.
   */
  flushed(durability: Durability, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (durability === 'visible' || !this.hasFiles) return Promise.resolve();
    const isSynced = durability === 'synced';
    const epoch = this.core.wantFlush(isSynced);
    return new Promise((resolve, reject) => {
      const abort = (): void => waiter.settle(signal?.reason);
      const waiter: Waiter = {
        epoch,
        isSynced,
        settle: (...failure) => {
          this.waiters.delete(waiter);
          signal?.removeEventListener('abort', abort);
          if (failure.length === 0) resolve();
          else reject(failure[0]);
        },
      };
      this.waiters.add(waiter);
      signal?.addEventListener('abort', abort);
      if (this.waiters.size === 1) this.servedAt = this.tick();
      if (!this.isWatching) void this.watch();
    });
  }

  /** Ends every wait for a promise. */
  close(): void {
    for (const waiter of this.waiters) waiter.settle(new MillraceError('CLOSED'));
  }

  /** @throws MillraceError IO_ERROR when the store is poisoned before the epoch is reached. */
  private isReached(epoch: bigint, isSynced: boolean): boolean {
    const state = this.core.flushState(epoch, isSynced);
    if (state === FLUSH.POISONED) throw failureIn(this.core.words, NOT_DURABLE);
    return state === FLUSH.REACHED;
  }

  /** Settles all waiters, as time goes by. Waits of this kind keep no process alive, timers do. */
  private async watch(): Promise<void> {
    const word = FLUSH_BELL >>> 2;
    const timer = setInterval(() => undefined, LOOK_MS);
    this.isWatching = true;
    while (this.waiters.size > 0) {
      const seen = Atomics.load(this.words, word);
      this.settleAll((waiter) => this.isReached(waiter.epoch, waiter.isSynced));
      if (this.waiters.size === 0) break;
      const { async, value } = Atomics.waitAsync(this.words, word, seen, LOOK_MS);
      if (async && await value === 'timed-out') this.settleAll(() => this.checkServed());
    }
    this.isWatching = false;
    clearInterval(timer);
  }

  /** Settles those for whom the question is answered by yes, or by an error. */
  private settleAll(isDone: (waiter: Waiter) => boolean): void {
    for (const waiter of this.waiters) {
      try {
        if (isDone(waiter)) waiter.settle();
      } catch (error) {
        waiter.settle(error);
      }
    }
  }

  /** Milliseconds that have passed for sure: clocks may jump. */
  private tick(): number {
    const now = performance.now();
    this.time += Math.min(Math.max(now - this.lookedAt, 0), STEP_MS);
    this.lookedAt = now;
    return this.time;
  }

  /** @throws MillraceError BUSY when nobody has been at work for too long. */
  private checkServed(): false {
    const now = this.tick();
    this.servants = new Map(this.table.journalWorkers()
      .map((servant) => [servant, this.servants.get(servant) ?? now]));
    for (const since of this.servants.values()) if (now - since > SOON_MS) this.servedAt = now;
    if (now - this.servedAt <= PATIENCE_MS) return false;
    throw new MillraceError('BUSY', `No thread lives that could write the journal.${NOT_DURABLE}`);
  }
}
