// The jobs: numbers to be taken apart into primes. Which number a job has follows from its own
// number, so that the results can be checked without a list of jobs.

import type { Batch, Message, Store, Stream, Transaction } from 'millrace';

/** Partitions of the stream: the most workers that have something to do at a time. */
export const PARTITIONS = 8;
export const GROUP = 'workers';
export const STREAM = 'jobs';

/** A job as it stands in the stream. */
export interface Job {
  readonly number: number;
  readonly composite: number;
}

/** What is stored of a job that is done. */
export interface Result {
  readonly factors: readonly number[];
  /** How often its result was committed. Exactly once, hence 1. */
  readonly times: number;
  readonly worker: string;
}

/** `['result', job]`, and `['done', partition]` with the number of results. */
export type Key = readonly (string | number)[];
export type Value = Result | number;
export type JobStore = Store<Key, Value>;
export type JobStream = Stream<Key, Value>;

const SMALLEST = 2 ** 33;

/** The number of a job: about 2 ** 33, without a pattern (a step of splitmix32). */
export function compositeOf(job: number): number {
  let mixed = Math.imul(job + 1, 0x9e3779b9);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return SMALLEST + ((mixed ^ (mixed >>> 15)) >>> 0);
}

/**
 * Jobs take turns among the partitions. So the number of messages in a partition says which job is
 * its next one, and a producer that starts again pushes nothing twice.
 */
export const partitionOf = (job: number): number => job % PARTITIONS;

/** The first job that is not in the partition. */
export function nextJob(stream: JobStream, partition: number): number {
  return stream.tail(partition) * PARTITIONS + partition;
}

export function encodeJob(number: number): Uint8Array {
  const job: Job = { number, composite: compositeOf(number) };
  return Buffer.from(JSON.stringify(job));
}

function decodeJob(message: Message): Job {
  return JSON.parse(Buffer.from(message.copy()).toString()) as Job;
}

/** Prime factors in ascending order, by trial division. This is the work. */
export function factorsOf(composite: number): number[] {
  const factors: number[] = [];
  let rest = composite;
  for (let divisor = 2; divisor * divisor <= rest; divisor += divisor === 2 ? 1 : 2) {
    for (; rest % divisor === 0; rest /= divisor) factors.push(divisor);
  }
  return rest === 1 ? factors : [...factors, rest];
}

const resultKey = (job: number): Key => ['result', job];
const doneKey = (partition: number): Key => ['done', partition];

/**
 * Does the jobs of a batch. Their results, their count and the group's place behind the batch
 * become visible in one transaction: a worker that dies before it has done nothing, and one that
 * dies after it is not missed.
 */
export function doJobs(batch: Batch<Key, Value>, worker: string): void {
  const { partition } = batch;
  const done = Array.from(batch, (message) => {
    const { number, composite } = decodeJob(message);
    return { number, factors: factorsOf(composite) };
  });
  batch.transaction((tx: Transaction<Key, Value>) => {
    for (const { number, factors } of done) {
      const before = tx.get(resultKey(number)) as Result | undefined;
      tx.put(resultKey(number), { factors, times: (before?.times ?? 0) + 1, worker });
    }
    const count = (tx.get(doneKey(partition)) ?? 0) as number;
    tx.put(doneKey(partition), count + done.length);
  });
}

/** Jobs that are done. */
export function doneIn(store: JobStore): number {
  return [...store.values({ prefix: ['done'] })].reduce<number>((sum, n) => sum + (n as number), 0);
}

/** All results, by job. */
export function* resultsIn(store: JobStore): Iterable<[job: number, result: Result]> {
  for (const [[, job], result] of store.entries({ prefix: ['result'] })) {
    yield [job as number, result as Result];
  }
}
