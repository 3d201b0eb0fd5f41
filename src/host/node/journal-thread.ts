/**
 * Keeps one journal worker alive, in a thread below that of a supervisor. The two supervisors of a
 * store have one each, so nothing is lost when a supervisor takes its journal worker along.
 */
import { MessageChannel, Worker, threadId } from 'node:worker_threads';
import { LAYOUT } from '../../layout.js';
import type { Grant } from '../../supervisor/answer.js';
import type { AttachRequest } from '../../supervisor/instance.js';
import { makeAnswerPlace } from './answers.js';
import type { JournalStart } from './supervisor-messages.js';
import type { FilesAt } from './wasi.js';

/** What a journal worker needs of its surroundings. */
export interface Journaled {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly files: FilesAt;
}

const { JOURNAL_STOP } = LAYOUT.superblock;

/** How long a thread that failed as it started is not started again, in milliseconds. */
const PAUSE_MS = 100;

export class JournalThread {
  private worker: Worker | undefined;
  private isStopping = false;
  private warned = '';

  /**
   * @param own the slot of the supervisor in this thread
   * @param attach takes the request of the new thread
   */
  constructor(
    private readonly store: Journaled, private readonly own: Grant,
    private readonly attach: (request: AttachRequest) => void,
  ) {}

  /** Says once what goes wrong again and again. */
  private warn(message: string): void {
    if (message === this.warned) return;
    this.warned = message;
    process.emitWarning(`A thread that writes the journal has failed: ${message}`);
  }

  /** Starts the thread, and another one whenever it ends. */
  start(): void {
    const { port1, port2 } = new MessageChannel();
    const answer = makeAnswerPlace(this.store.memory);
    const peer = { ...this.own, role: 'supervisor', thread: threadId, rejoined: false } as const;
    const start: JournalStart = { ...this.store, answer, peer, port: port1 };
    const worker = new Worker(new URL('./journal-worker.js', import.meta.url), {
      workerData: start, transferList: [port1], execArgv: [],
    });
    this.worker = worker;
    worker.on('error', ({ message }) => this.warn(message));
    worker.once('exit', (code) => {
      this.worker = undefined;
      if (this.isStopping) return;
      setTimeout(() => {
        if (!this.isStopping) this.start();
      }, code === 0 ? 0 : PAUSE_MS);
    });
    this.attach({
      kind: 'attach', role: 'journal', thread: worker.threadId, port: port2, answer,
    });
  }

  /** Lets the thread end, which has everything synced before: should it be dead, by another one. */
  async stop(): Promise<void> {
    this.isStopping = true;
    Atomics.store(new Int32Array(this.store.memory.buffer), JOURNAL_STOP >>> 2, 1);
    if (this.worker === undefined) this.start();
    await new Promise((resolve) => this.worker?.once('exit', resolve));
  }
}
