// A worker: takes batches of jobs as a member of the group. It keeps nothing that matters, so it
// may be terminated at any instruction.

import { parentPort, workerData } from 'node:worker_threads';
import { attach } from 'millrace';
import type { StoreHandle } from 'millrace';
import { doJobs, GROUP, STREAM } from './jobs.js';
import type { Key, Value } from './jobs.js';

/** What a worker is started with. */
export interface WorkerStart {
  readonly handle: StoreHandle;
  readonly name: string;
}

if (parentPort === null) throw new Error('This file runs as a worker only');
const front = parentPort;
const { handle, name }: WorkerStart = workerData;
const stopping = new AbortController();
front.on('message', () => stopping.abort());

const store = attach<Key, Value>(handle);
const consumer = store.stream(STREAM).subscribe({ group: GROUP, signal: stopping.signal });
try {
  let isFirst = true;
  for await (const batch of consumer) {
    doJobs(batch, name);
    if (isFirst) front.postMessage('working', []);
    isFirst = false;
  }
} catch (error) {
  if (!stopping.signal.aborted) throw error;
}
await store.close();
front.close();
