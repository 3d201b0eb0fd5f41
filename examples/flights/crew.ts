// The main thread's side of the workers: starts them, terminates those who pass a kill mark, and
// starts a replacement in the lane of the dead.

import { Worker } from 'node:worker_threads';
import type { FlightStore } from './entries.js';
import type { Job } from './job.js';
import type { Mark } from './kills.js';
import { InputProblem } from './problem.js';
import type { Progress } from './progress.js';
import type { WorkerReport, WorkerStart } from './protocol.js';

/** What a crew works on. */
export interface CrewPlan {
  readonly store: FlightStore;
  readonly job: Job;
  readonly workers: number;
  readonly marks: readonly Mark[];
  readonly progress: Progress;
  readonly batchRows: number;
}

/** The workers of one run. */
export class Crew {
  /** Numbers of the workers that were killed, in order of their deaths. */
  readonly killed: number[] = [];
  private readonly living = new Map<number, Worker>();
  private readonly condemned = new Set<number>();
  private started = 0;
  private failure: Error | undefined;
  private ended: () => void = () => undefined;

  constructor(private readonly plan: CrewPlan) {}

  /**
   * Runs until every worker has left because all tasks were finished.
   *
   * @throws the first failure of a worker, after all the others were stopped
   */
  async run(): Promise<void> {
    const over = new Promise<void>((resolve) => {
      this.ended = resolve;
    });
    for (let lane = 0; lane < this.plan.workers; lane++) this.start(lane, undefined);
    await over;
    if (this.failure !== undefined) throw this.failure;
  }

  private start(lane: number, replaces: number | undefined): void {
    const number = ++this.started;
    const { store, job, marks, progress, batchRows } = this.plan;
    const who = { worker: number, replaces, lane };
    const shared = { handle: store.handle, progress: progress.memory };
    const start: WorkerStart = { ...who, ...shared, job, marks, batchRows };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: start });
    this.living.set(number, worker);
    worker.on('message', (report: WorkerReport) => this.heard(number, worker, report));
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', () => this.left(number, lane));
  }

  private heard(number: number, worker: Worker, report: WorkerReport): void {
    if (report.kind === 'failed') {
      this.fail(report.input ? new InputProblem(report.message) : new Error(report.message));
      return;
    }
    this.condemned.add(number);
    void worker.terminate();
  }

  /** The exit event is the proof of death: from here the worker executes nothing any more. */
  private left(number: number, lane: number): void {
    this.living.delete(number);
    if (this.condemned.has(number)) {
      this.killed.push(number);
      if (this.failure === undefined) this.start(lane, number);
    }
    if (this.living.size === 0) this.ended();
  }

  /** Keeps the first failure and stops everybody; `run` ends when the last one is gone. */
  private fail(error: Error): void {
    this.failure ??= error;
    for (const worker of this.living.values()) void worker.terminate();
  }
}
