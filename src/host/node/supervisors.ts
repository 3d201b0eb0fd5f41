/**
 * Keeps two supervisors of a store alive. The thread that opened the store starts them, and starts
 * a new one for each that ends; the survivor gives it a slot and introduces it to everybody.
 */
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { MillraceError } from '../../errors.js';
import type { Grant } from '../../supervisor/answer.js';
import { SlotTable } from '../../supervisor/slot-table.js';
import { makeAnswerPlace } from './answers.js';
import type { StoreDirectory } from './directory.js';
import type { Order, Origin, SupervisorStart } from './supervisor-messages.js';

/** What supervisors work on. */
export interface Supervised {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The slot of the first supervisor, which was taken for it. */
  readonly first: Grant;
  /** The directory of the store, which is given back when the last supervisor has ended. */
  readonly directory?: StoreDirectory;
}

/** One can die while the other lives. */
const SUPERVISORS = 2;

/** Attempts to start one, of which each may be killed as it begins. */
const ATTEMPTS = 8;

/** The threads of one store's supervisors, as the thread that started them sees them. */
export class SupervisorThreads {
  private readonly table: SlotTable;
  /** The threads that take requests, by thread id. */
  private readonly ready = new Map<number, Worker>();
  private isStopping = false;
  private isCompleting = false;

  constructor(private readonly store: Supervised) {
    this.table = new SlotTable(store.memory);
  }

  /**
   * Starts both. If that fails nothing stays behind.
   *
   * @throws MillraceError SUPERVISOR_LOST when a thread cannot be started
   */
  async start(): Promise<void> {
    try {
      await this.launch({ own: this.store.first });
      await this.complete();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Lets the supervisors end as soon as nobody is attached. Resolves when they have ended, or when
   * they say that others are still attached.
   * @param opener the slot of this thread, if it had one, which it does not use any more
   */
  async stop(opener?: Grant): Promise<void> {
    this.isStopping = true;
    await Promise.all([...this.ready.values()].map((worker) => this.retire(worker, opener)));
    if (this.ready.size === 0) this.store.directory?.release();
  }

  private async launch(origin: Origin, port?: MessagePort, before?: (thread: number) => void) {
    const { module, memory, directory } = this.store;
    const start: SupervisorStart = { module, memory, files: directory?.files, origin };
    const worker = new Worker(new URL('./supervisor-worker.js', import.meta.url), {
      workerData: start,
      transferList: port ? [port] : [],
      // The flags of the program are not meant for this thread, and some cannot be inherited.
      execArgv: [],
    });
    const thread = worker.threadId;
    before?.(thread);
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve());
      worker.on('error', (cause) => reject(
        new MillraceError('SUPERVISOR_LOST', 'A supervisor failed.', { cause })));
      worker.once('exit', () => {
        this.ended(thread);
        reject(new MillraceError('SUPERVISOR_LOST', 'A supervisor ended as it started.'));
      });
    });
    this.ready.set(thread, worker);
    worker.unref();
  }

  /**
   * Starts supervisors until there are two. Each asks a living one for its slot; both that one and
   * the new one may end meanwhile, so it is looked again.
   * @throws MillraceError SUPERVISOR_LOST when one after the other ends as it starts
   */
  private async complete(): Promise<void> {
    if (this.isCompleting) return;
    this.isCompleting = true;
    try {
      let failures = 0;
      const tryAgain = (error: unknown): boolean => {
        if (++failures === ATTEMPTS) throw error;
        return true;
      };
      let isPossible = true;
      while (isPossible && !this.isStopping && this.ready.size < SUPERVISORS) {
        isPossible = await this.launchBeside().catch(tryAgain);
      }
    } finally {
      this.isCompleting = false;
    }
    if (this.isStopping) await this.stop();
  }

  /** Starts a supervisor beside a living one; false: there is none that takes requests. */
  private async launchBeside(): Promise<boolean> {
    const seat = this.table.supervisors().find(({ thread }) => this.ready.has(thread));
    if (seat === undefined) return false;
    const { port1, port2 } = new MessageChannel();
    const answer = makeAnswerPlace(this.store.memory);
    const peer = { ...seat, role: 'supervisor', rejoined: false } as const;
    await this.launch({ peer, port: port1, answer }, port1, (thread) => {
      const request: Order = { kind: 'attach', role: 'supervisor', thread, port: port2, answer };
      this.ready.get(seat.thread)?.postMessage(request, [port2]);
    });
    return true;
  }

  /** The seat is withdrawn here, too: if both end at once, none of them is there to do it. */
  private ended(thread: number): void {
    const wasReady = this.ready.delete(thread);
    for (const seat of this.table.supervisors()) {
      if (seat.thread === thread) this.table.unseat(seat.slot, thread);
    }
    if (this.isStopping && this.ready.size === 0) this.store.directory?.release();
    if (!wasReady || this.isStopping) return;
    this.complete().catch((error: MillraceError) => {
      process.emitWarning('A supervisor could not be replaced', { code: error.code });
    });
  }

  private async retire(worker: Worker, opener?: Grant): Promise<void> {
    worker.ref();
    await new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
      worker.once('message', () => resolve());
      worker.postMessage({ kind: 'retire', opener } satisfies Order, []);
    });
    worker.unref();
  }
}
