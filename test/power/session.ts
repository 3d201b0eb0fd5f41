/**
 * Records what a running store asks of its files: opened, worked on by several workers, closed,
 * opened again and worked on, closed; in some sessions its threads die meanwhile.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type * as Millrace from 'millrace';
import type { OpenOptions, Store } from 'millrace';
import type { Image } from './loss.js';
import { GROUP, LANES, STREAM } from './lanes.js';
import { MARK, Tape } from './tape.js';
import type { WorkerStart } from './worker.js';

/** What a store is known to hold: operations by lane. */
export type Facts = readonly number[];

export const NOTHING: Facts = Array.from({ length: LANES }, () => 0);

/** A recorded session. */
export interface Session {
  readonly seed: number;
  /** The files that it began with, and what they hold. */
  readonly files: Image;
  readonly facts: Facts;
  /** Operations by lane that were done at its end. */
  readonly done: Facts;
  readonly tape: Tape;
}

export interface Plan {
  readonly seed: number;
  readonly files: Image;
  readonly facts: Facts;
  /** Operations of each lane. */
  readonly operations: number;
  /** Whether supervisors are terminated, with their journal workers. */
  readonly kills: boolean;
  /** The package to use, and the wrapper that records. */
  readonly millrace: string;
  readonly recorder: string;
  readonly worker: string;
}

/** A region in which everything happens soon. */
export const OPTIONS = {
  maxMemory: 2 * 2 ** 20, slots: 6, flushInterval: 1, sizes: { segmentKib: 32, checkpointKib: 64 },
} satisfies OpenOptions<string, unknown>;

const TAPE_BYTES = 2 ** 28;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs one life of the store. */
class Life {
  private readonly threads: Worker[] = [];
  private isOver = false;

  constructor(
    private readonly plan: Plan, private readonly tape: Tape,
    private readonly store: Store<string, unknown>,
  ) {}

  private start(from: number, count: number, lane?: number): Promise<void> {
    const { millrace, worker, seed } = this.plan;
    const workerData: WorkerStart = {
      millrace, handle: this.store.handle, tape: this.tape.memory, seed, lane, from, count,
    };
    const thread = new Worker(new URL(worker), { workerData });
    this.threads.push(thread);
    return new Promise((resolve, reject) => {
      thread.once('error', reject);
      thread.once('exit', () => resolve());
    });
  }

  /** All lanes do so many operations, and the consumer takes what they say. */
  async run(from: Facts, count: number, victims: readonly Worker[]): Promise<void> {
    const consumed = this.start(0, 0);
    const [consumer] = this.threads;
    const lanes = from.map((done, lane) => this.start(done, count, lane));
    const work = Promise.all(lanes).finally(() => { this.isOver = true; });
    try {
      await Promise.all([work, this.kill(victims)]);
      consumer.postMessage('stop', []);
      await consumed;
    } finally {
      await Promise.all(this.threads.map((thread) => thread.terminate()));
    }
  }

  private get seats(): string[] {
    return this.store.members.list().filter(({ role }) => role === 'supervisor')
      .map(({ slot, generation }) => `${slot}.${generation}`);
  }
  /** Terminates one after the other, each when the one before was replaced. */
  private async kill(victims: readonly Worker[]): Promise<void> {
    for (const victim of victims) {
      const before = this.seats;
      await sleep(60);
      if (this.isOver) return;
      await victim.terminate();
      while (this.seats.length < 2 || this.seats.every((seat) => before.includes(seat))) {
        if (this.isOver) return;
        await sleep(5);
      }
    }
  }
}

/** Threads of the store that this process starts, oldest first. */
class Threads {
  private readonly living = new Set<Worker>();
  private readonly remember = (thread: Worker): void => {
    this.living.add(thread);
    thread.once('exit', () => this.living.delete(thread));
  };

  constructor() {
    process.on('worker', this.remember);
  }
  /** Those that were there before the first worker of the session. */
  get all(): Worker[] {
    return [...this.living];
  }
  forget(): void {
    process.off('worker', this.remember);
  }
}

/** One life: from open to close, after which everything is synced. */
async function live(plan: Plan, directory: string, tape: Tape, from: Facts, count: number) {
  const { open } = await import(plan.millrace) as typeof Millrace;
  const threads = new Threads();
  try {
    const store = await open<string, unknown>(directory, {
      ...OPTIONS, wasi: { module: plan.recorder, data: tape.memory },
    });
    tape.mark(MARK.OPENED, 0, 0);
    const stream = store.createStream(STREAM, { partitions: LANES });
    // The group exists before the first message, so none is dropped.
    stream.subscribe({ group: GROUP }).close();
    const supervisors = plan.kills ? threads.all : [];
    threads.forget();
    await new Life(plan, tape, store).run(from, count, supervisors);
    await store.close();
  } finally {
    threads.forget();
  }
}

/** Records a session in a directory of its own. */
export async function record(plan: Plan): Promise<Session> {
  const { seed, files, facts, operations } = plan;
  const directory = mkdtempSync(join(tmpdir(), 'millrace-power-'));
  const tape = Tape.ofBytes(TAPE_BYTES);
  try {
    for (const [name, bytes] of files) writeFileSync(join(directory, name), bytes);
    const first = Math.ceil(operations * 0.7);
    const between = facts.map((n) => n + first);
    const done = facts.map((n) => n + operations);
    await live(plan, directory, tape, facts, first);
    between.forEach((number, lane) => tape.mark(MARK.LANE, lane, number));
    await live({ ...plan, kills: false }, directory, tape, between, operations - first);
    done.forEach((number, lane) => tape.mark(MARK.LANE, lane, number));
    return { seed, files, facts, done, tape: tape.trimmed() };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
