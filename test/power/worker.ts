/**
 * A worker of a session: one lane of operations, or the consumer of the lanes' messages. What is
 * synced by its own account goes onto the tape.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { StoreHandle } from 'millrace';
import type * as Millrace from 'millrace';
import { randomFrom } from '../crash/random.js';
import { act, take, type Value, type Values } from './acts.js';
import { GROUP, Lane, STREAM } from './lanes.js';
import { MARK, Tape } from './tape.js';

/** What a worker starts with. */
export interface WorkerStart {
  /** The package to use. */
  readonly millrace: string;
  readonly handle: StoreHandle;
  readonly tape: SharedArrayBuffer;
  readonly seed: number;
  /** Number of the lane; undefined: the consumer. */
  readonly lane?: number;
  /** Operations that the lane has done, and how many it shall do. */
  readonly from: number;
  readonly count: number;
}

const start = workerData as WorkerStart;
const { millrace, handle, seed, lane, from, count } = start;
const tape = new Tape(start.tape);
const { attach } = await import(millrace) as typeof Millrace;

async function work(store: Values, own: number): Promise<void> {
  const stream = store.stream(STREAM);
  const operations = new Lane(seed, own);
  for (let i = 0; i < from; i++) operations.next();
  const pace = randomFrom(seed + own);
  for (let number = from + 1; number <= from + count; number++) {
    act(store, stream, own, operations.next());
    const choice = pace(12);
    if (choice === 0) {
      await store.flushed({ durability: 'synced' });
      tape.mark(MARK.LANE, own, number);
    } else if (choice < 4) await store.flushed();
    else if (choice < 6) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Consumes until it is told to stop; each batch and its offset are one transaction. */
async function consume(store: Values): Promise<void> {
  const stop = new AbortController();
  parentPort?.once('message', () => stop.abort());
  const consumer = store.stream(STREAM).subscribe({ group: GROUP, signal: stop.signal });
  let batches = 0;
  try {
    for await (const batch of consumer) {
      const next = take(batch);
      if (++batches % 5 !== 0) continue;
      const { partition } = batch;
      await store.flushed({ durability: 'synced' });
      tape.mark(MARK.CONSUMED, partition, next);
    }
  } catch (error) {
    // A batch that came just before the end cannot be settled any more.
    if (!stop.signal.aborted) throw error;
  }
}

const store = attach<string, Value>(handle);
if (lane === undefined) await consume(store);
else await work(store, lane);
await store.close();
parentPort?.postMessage('done', []);
