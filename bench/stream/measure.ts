// Measuring: rounds in which every engine runs once, in an order drawn anew for each round, on the
// same threads. What disturbs the machine for long meets all engines of a round, so ratios are
// formed inside a round; the median leaves out what disturbs it for a moment.
import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Store } from 'millrace';
import type { Case, Engine } from './engine.js';
import { nameOf } from './engine.js';
import type { Answer, Task, WorkerStart } from './worker.js';

const CONSUMERS = 3;
const WARM_UP = 2;
const BYTES_PER_MESSAGE = 100;

/** Figures of one engine in one case, by round. */
export interface Samples {
  readonly engine: Engine;
  readonly perSecond: number[];
  readonly delays: number[];
}

export class Threads {
  readonly #producer: Worker;
  readonly #consumers: Worker[];

  constructor({ handle }: Store<string, unknown>) {
    const channels = Array.from({ length: CONSUMERS }, () => new MessageChannel());
    const start = (number: number, ports: WorkerStart['ports']): Worker =>
      new Worker(new URL('./worker.js', import.meta.url), {
        workerData: { handle, number, ports } satisfies WorkerStart, transferList: [...ports],
      });
    this.#producer = start(-1, channels.map(({ port1 }) => port1));
    this.#consumers = channels.map(({ port2 }, i) => start(i, [port2]));
  }

  /** Lets the consumers of a case join their groups, so that all of them see all messages. */
  async prepare(engine: Engine, kase: Case): Promise<void> {
    const task: Task = { kind: 'prepare', engine: engine.name, kase, count: 0 };
    for (const consumer of this.#consumers.slice(0, kase.consumers)) {
      await ask(consumer, task);
    }
  }

  /** Runs a task on all threads of the case; the answers of the consumers, then the producer's. */
  async run(task: Task): Promise<Answer[]> {
    const consumers = this.#consumers.slice(0, task.kase.consumers);
    await Promise.all(consumers.map((consumer) => ask(consumer, task)));
    const ends = consumers.map((consumer) => answerOf(consumer));
    const began = ask(this.#producer, task);
    return Promise.all([...ends, began]);
  }

  async end(): Promise<void> {
    await Promise.all([this.#producer, ...this.#consumers].map((worker) => worker.terminate()));
  }
}

/** The worker's next answer; what it throws is thrown here. */
async function answerOf(worker: Worker): Promise<Answer> {
  const [answer] = await once(worker, 'message') as [Answer];
  return answer;
}

function ask(worker: Worker, task: Task): Promise<Answer> {
  const answer = answerOf(worker);
  worker.postMessage(task, []);
  return answer;
}

/** Sum of the fields that each consumer has to see. */
function sumOf(count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += i + (i & 127);
  return sum;
}

function countFor({ perRound }: Engine, { bytes, consumers }: Case, share: number): number {
  const weight = Math.max(1, bytes / BYTES_PER_MESSAGE / 2) * Math.max(1, consumers / 2);
  return Math.max(1000, Math.round(perRound / weight * share / 1000) * 1000);
}

async function sampleOf(
  threads: Threads, engine: Engine, kase: Case, count: number,
): Promise<number> {
  const answers = await threads.run({ kind: 'move', engine: engine.name, kase, count });
  const ends = answers.slice(0, -1);
  const expected = sumOf(count);
  if (ends.some(({ sum }) => sum !== expected)) {
    throw new Error(`${engine.name} lost or changed messages in ${nameOf(kase)}`);
  }
  const micros = Math.max(...ends.map(({ at }) => at)) - answers.at(-1)!.at;
  return count / micros * 1e6;
}

/** Draws an order; quality does not matter. */
function shuffled<T>(items: readonly T[]): T[] {
  return items.map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** How long to measure. */
export interface Effort {
  readonly rounds: number;
  /** Part of the usual messages in a round. */
  readonly share: number;
  /** Messages whose delay is measured, in all. */
  readonly stamps: number;
}

/**
 * Measures all engines in one case.
 * @throws Error when messages are lost or changed.
 */
export async function measure(
  threads: Threads, engines: readonly Engine[], kase: Case, { rounds, share, stamps }: Effort,
): Promise<Samples[]> {
  const all: Samples[] = engines.map((engine) => ({ engine, perSecond: [], delays: [] }));
  for (const { engine } of all) await threads.prepare(engine, kase);
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const { engine, perSecond, delays } of shuffled(all)) {
      const sample = await sampleOf(threads, engine, kase, countFor(engine, kase, share));
      const count = Math.ceil(stamps / rounds);
      const answers = await threads.run({ kind: 'stamp', engine: engine.name, kase, count });
      if (round < 0) continue;
      perSecond.push(sample);
      delays.push(...answers.slice(0, -1).flatMap((answer) => answer.delays ?? []));
    }
  }
  return all;
}
