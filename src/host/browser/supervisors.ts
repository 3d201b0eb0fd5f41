/**
 * Keeps two supervisors of a store alive. The worker that opened the store starts them as workers
 * of its own, and starts a new one for each that ends; the survivor gives it a slot and introduces
 * it to everybody.
 */
import { MillraceError } from '../../errors.js';
import type { Grant } from '../../supervisor/answer.js';
import { SlotTable } from '../../supervisor/slot-table.js';
import type { StoreDirectory } from './directory.js';
import type { Order, Report } from './supervisor-messages.js';
import { newThread, whenEnded } from './thread.js';

/** What supervisors work on. */
export interface Supervised {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The slot of the first supervisor, which was taken for it. */
  readonly first: Grant;
  /** The directory of the store, which is given back when the last supervisor has ended. */
  readonly directory?: StoreDirectory;
}

/** The threads of one store's supervisors, as the thread that started them sees them. */
export class SupervisorThreads {
  private readonly table: SlotTable;
  /** The workers that take requests, by thread. */
  private readonly ready = new Map<number, Worker>();
  private isStopping = false;

  constructor(private readonly store: Supervised) {
    this.table = new SlotTable(store.memory);
  }

  /**
   * Starts both.
   *
   * @throws MillraceError SUPERVISOR_LOST when a worker cannot be started
   */
  async start(): Promise<void> {
    await this.launch(this.store.first);
    await this.launch();
  }

  /**
   * Lets the supervisors end as soon as nobody is attached. Resolves when they have ended, or when
   * they say that others are still attached.
   * @param opener the slot of this thread, if it had one, which it does not use any more
   */
  async stop(opener?: Grant): Promise<void> {
    this.isStopping = true;
    await Promise.all([...this.ready].map(([thread, worker]) => {
      const retired = this.retire(thread, worker);
      send(worker, { kind: 'retire', ...(opener && { opener }) });
      return retired;
    }));
    if (this.ready.size === 0) this.store.directory?.release();
  }

  private async launch(own?: Grant): Promise<void> {
    const { module, memory, directory } = this.store;
    const thread = newThread();
    const worker = new Worker(new URL('./supervisor-worker.js', import.meta.url), {
      type: 'module',
    });
    await new Promise<void>((resolve, reject) => {
      worker.addEventListener('message', () => resolve(), { once: true });
      worker.addEventListener('error', (event) => {
        // Handled here; a worker that has failed lives on, and its death is what others can see.
        event.preventDefault();
        worker.terminate();
        reject(new MillraceError('SUPERVISOR_LOST', `A supervisor failed: ${event.message}`));
      });
      const files = directory && { files: directory.files };
      send(worker, { kind: 'start', module, memory, thread, ...files, ...(own && { own }) });
    });
    this.ready.set(thread, worker);
    whenEnded(thread, () => this.ended(thread));
    if (this.isStopping) await this.stop();
  }

  /** The seat is withdrawn here, too: if both end at once, none of them is there to do it. */
  private ended(thread: number): void {
    this.ready.delete(thread);
    for (const seat of this.table.supervisors()) {
      if (seat.thread === thread) this.table.unseat(seat.slot, thread);
    }
    if (this.isStopping && this.ready.size === 0) this.store.directory?.release();
    if (!this.isStopping && this.ready.size > 0) this.launch().catch(reportError);
  }

  /** Resolves when it has ended, or says that it is needed. */
  private retire(thread: number, worker: Worker): Promise<void> {
    return new Promise((resolve) => {
      const forget = whenEnded(thread, () => {
        this.ended(thread);
        resolve();
      });
      worker.addEventListener('message', ({ data }: MessageEvent<Report>) => {
        if (data.kind !== 'occupied') return;
        forget();
        resolve();
      });
    });
  }
}

function send(worker: Worker, order: Order): void {
  worker.postMessage(order);
}
