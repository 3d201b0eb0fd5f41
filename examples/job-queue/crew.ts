// The crew: a fixed number of workers. Whoever is terminated is replaced; what it had not finished
// goes to another one by itself, as the partitions of the dead go back to the group.

import { Worker } from 'node:worker_threads';
import type { StoreHandle } from 'millrace';
import type { WorkerStart } from './worker.js';

interface State {
  /** It has done a batch. Who is killed before, every time, would never get anything done. */
  isWorking: boolean;
  isCondemned: boolean;
}

export class Crew {
  /** Workers that `kill` has terminated. */
  killed = 0;

  private readonly workers = new Map<Worker, State>();
  private launched = 0;
  private isStopping = false;
  private failure: unknown;
  private whenEmpty: (() => void) | undefined;

  constructor(private readonly handle: StoreHandle, size: number) {
    for (let i = 0; i < size; i++) this.launch();
  }

  /** @throws what ended a worker that nobody killed */
  throwFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** Terminates the worker that has worked longest, without a warning. */
  kill(): void {
    const oldest = [...this.workers]
      .find(([, { isWorking, isCondemned }]) => isWorking && !isCondemned);
    if (oldest === undefined) return;
    const [worker, state] = oldest;
    state.isCondemned = true;
    void worker.terminate();
  }

  /**
   * Lets all workers end in order.
   *
   * @throws what ended a worker that nobody killed
   */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const worker of this.workers.keys()) worker.postMessage('stop', []);
    if (this.workers.size > 0) {
      await new Promise<void>((resolve) => {
        this.whenEmpty = resolve;
      });
    }
    this.throwFailure();
  }

  private launch(): void {
    const workerData: WorkerStart = { handle: this.handle, name: `worker ${++this.launched}` };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
    const state: State = { isWorking: false, isCondemned: false };
    this.workers.set(worker, state);
    worker.on('message', () => {
      state.isWorking = true;
    });
    worker.on('error', (error) => {
      this.failure ??= error;
    });
    worker.on('exit', () => {
      this.workers.delete(worker);
      if (state.isCondemned) this.killed++;
      else if (!this.isStopping) this.failure ??= new Error('A worker ended by itself.');
      if (!this.isStopping && this.failure === undefined) this.launch();
      if (this.workers.size === 0) this.whenEmpty?.();
    });
  }
}
