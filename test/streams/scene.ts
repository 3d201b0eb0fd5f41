/**
 * Workers on one stream, started, terminated and waited for, and what has to be true at the end.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { open } from 'millrace';
import type { CheckReport, Store, Stream, StreamOptions } from 'millrace';
import { Flags } from './flags.js';
import type { ConsumerStart, Ended, Manner, ProducerStart, WorkerStart } from './worker.js';

const root = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));
const program = pathToFileURL(join(root, 'build', 'js', 'test', 'streams', 'worker.js'));

type CheckProblem = CheckReport['problems'][number];

type Key = readonly [group: string, partition: number, producer: number];

/** A worker and its end: undefined when it was terminated. */
interface Actor {
  readonly worker: Worker;
  readonly subscribed: Promise<unknown>;
  readonly ended: Promise<Ended | undefined>;
}

export class Scene {
  readonly store: Store<Key, number>;
  readonly stream: Stream<Key, number>;
  readonly flags = new Flags();
  readonly #actors = new Set<Actor>();
  #producers = 0;

  private constructor(store: Store<Key, number>, options: StreamOptions) {
    this.store = store;
    this.stream = store.createStream('messages', options);
  }

  static async open(options: StreamOptions): Promise<Scene> {
    return new Scene(await open<Key, number>(':memory:', { maxMemory: 64 << 20 }), options);
  }

  /** Starts a producer of so many messages for each partition. */
  produce(manner: Manner, count: number): Actor {
    const role: ProducerStart = { role: 'producer', producer: this.#producers++, manner, count };
    return this.#start(role);
  }

  /** Starts a consumer; resolves when it is a member of its group. */
  async consume(group: string, awaits = false): Promise<Actor> {
    const role: ConsumerStart = { role: 'consumer', group, awaits };
    const actor = this.#start(role);
    await actor.subscribed;
    return actor;
  }

  /** Waits for what must come; the test's time-out is the bound. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await sleep(1);
  }

  async kill(actor: Actor): Promise<void> {
    await actor.worker.terminate();
    this.#actors.delete(actor);
  }

  /** Lets everybody stop and waits for them; their ends. */
  async finish(): Promise<(Ended | undefined)[]> {
    this.flags.stop();
    return Promise.all([...this.#actors].map(({ ended }) => ended));
  }

  /** Messages of a partition that the group has counted, by producer. */
  counted(group: string, partition: number): Map<number, number> {
    const entries = this.store.entries({ prefix: [group, partition] as never });
    return new Map(Array.from(entries, ([[, , producer], count]) => [producer, count]));
  }

  /** Sum of what the group has counted in each partition. */
  totals(group: string): number[] {
    return this.#partitions().map((partition) =>
      [...this.counted(group, partition).values()].reduce((a, b) => a + b, 0));
  }

  tails(): number[] {
    return this.#partitions().map((partition) => this.stream.tail(partition));
  }

  /** What an inspection finds, once the supervisors have finished with those who left. */
  async problems(): Promise<readonly CheckProblem[]> {
    for (;;) {
      const { problems } = this.store.check();
      if (!problems.some(({ code }) => code === 'SLOT')) return problems;
      await sleep(1);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#actors].map(({ worker }) => worker.terminate()));
    await this.store.close();
  }

  #partitions(): number[] {
    return [...Array(this.stream.partitions).keys()];
  }

  #start(role: ProducerStart | ConsumerStart): Actor {
    const { handle } = this.store;
    const start: WorkerStart = {
      ...role, handle, flags: this.flags.memory, stream: this.stream.name,
    };
    const worker = new Worker(program, { workerData: start });
    const subscribed = role.role === 'consumer' ? once(worker, 'message') : Promise.resolve();
    const ended = subscribed.then(async () => new Promise<Ended | undefined>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => resolve(undefined));
    }));
    ended.catch(() => undefined);
    const actor = { worker, subscribed, ended };
    this.#actors.add(actor);
    return actor;
  }
}
