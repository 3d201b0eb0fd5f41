// One run: a store, a producer, workers and a killer; and the verdict.

import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError, open } from 'millrace';
import { Crew } from './crew.js';
import { doneIn, encodeJob, nextJob, PARTITIONS, STREAM } from './jobs.js';
import type { JobStore, JobStream, Key, Value } from './jobs.js';
import type { Options } from './options.js';
import type { Outcome } from './report.js';
import { judge } from './verdict.js';

const MEMORY = 256 * 2 ** 20;
/** So small that the producer has to wait for the workers, and a batch is some fifty jobs. */
const CAPACITY = 8192;
const LOOK_MS = 10;
const TELL_MS = 1000;

/** Hears now and then how many jobs are done, and of how many. */
export type Tell = (done: number, jobs: number) => void;

/** Pushes what a partition can hold of the jobs that are missing in it. */
function fill(stream: JobStream, partition: number, jobs: number): void {
  try {
    for (let job = nextJob(stream, partition); job < jobs; job += PARTITIONS) {
      stream.push(encodeJob(job), { partition, overflow: 'error' });
    }
  } catch (error) {
    // The workers are behind: the rest goes in when they have made room.
    if (!(error instanceof MillraceError) || error.code !== 'STREAM_FULL') throw error;
  }
}

/** Pushes all jobs that the stream has not had yet, and waits until they are done. */
async function produce(store: JobStore, stream: JobStream, crew: Crew, jobs: number) {
  while (doneIn(store) < jobs) {
    for (let partition = 0; partition < PARTITIONS; partition++) fill(stream, partition, jobs);
    await sleep(LOOK_MS);
    crew.throwFailure();
  }
}

/**
 * Runs the example. With a directory it goes on where another run was, however that has ended.
 *
 * @throws what ended a worker that nobody killed
 */
export async function run(
  { jobs, workers, killEvery, dir }: Options, tell: Tell,
): Promise<Outcome> {
  const store = await open<Key, Value>(dir ?? ':memory:', { maxMemory: MEMORY });
  try {
    const stream = store.createStream(STREAM, { partitions: PARTITIONS, capacity: CAPACITY });
    const found = doneIn(store);
    const total = Math.max(jobs, found);
    const started = performance.now();
    const crew = new Crew(store.handle, workers);
    const killer = setInterval(() => crew.kill(), killEvery);
    const teller = setInterval(() => tell(doneIn(store), total), TELL_MS);
    try {
      await produce(store, stream, crew, total);
    } finally {
      clearInterval(killer);
      clearInterval(teller);
      await crew.stop();
    }
    const seconds = (performance.now() - started) / 1000;
    return { found, seconds, killed: crew.killed, jobs: total, verdict: judge(store, total) };
  } finally {
    await store.close();
  }
}
