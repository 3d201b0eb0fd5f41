/**
 * Keeps one journal worker alive, below a supervisor's worker. The two supervisors of a store have
 * one each, so nothing is lost when a supervisor takes its journal worker along.
 */
import { LAYOUT } from '../../layout.js';
import type { JournalReport, JournalStart } from './supervisor-messages.js';
import { whenEnded } from './thread.js';

const { JOURNAL_STOP } = LAYOUT.superblock;

/** How long a worker that failed is not started again, in milliseconds. */
const PAUSE_MS = 100;

export class JournalThread {
  private worker: Worker | undefined;
  private isStopping = false;
  private stopped: (() => void) | undefined;

  constructor(private readonly store: JournalStart) {}

  /** Starts the worker, and another one whenever it ends. */
  start(): void {
    const worker = new Worker(new URL('./journal-worker.js', import.meta.url), { type: 'module' });
    this.worker = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<JournalReport>) => {
      whenEnded(data.thread, () => this.ended(worker, 0));
    });
    worker.addEventListener('error', (event) => {
      // Not an error of the supervisor; a worker that has failed lives on, and keeps the files.
      event.preventDefault();
      worker.terminate();
      console.warn(`A worker that writes the journal has failed: ${event.message}`);
      this.ended(worker, PAUSE_MS);
    });
    worker.postMessage(this.store);
  }

  /** Lets the worker end, which has everything synced before: should it be dead, by another one. */
  async stop(): Promise<void> {
    this.isStopping = true;
    Atomics.store(new Int32Array(this.store.memory.buffer), JOURNAL_STOP >>> 2, 1);
    if (this.worker === undefined) this.start();
    await new Promise<void>((resolve) => { this.stopped = resolve; });
  }

  private ended(worker: Worker, pauseMs: number): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    this.stopped?.();
    setTimeout(() => {
      if (!this.isStopping) this.start();
    }, pauseMs);
  }
}
