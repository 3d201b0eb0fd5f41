/**
 * Writes, each time waiting until it is durable, until it is told to stop.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { attach } from 'millrace';
import type { StoreHandle } from 'millrace';

/** What a writer has done. */
export interface WriterReport {
  readonly lane: number;
  readonly count: number;
}

const { handle, lane }: { handle: StoreHandle; lane: number } = workerData;

const store = attach<string, number>(handle);
const stop = new AbortController();
parentPort?.once('message', () => stop.abort());
let count = 0;
while (!stop.signal.aborted) {
  count++;
  store.put(`lane ${lane}`, count, { durability: count % 2 === 0 ? 'flushed' : 'synced' });
  store.put(`lane ${lane}, key ${count % 100}`, count);
  await new Promise((resolve) => setImmediate(resolve));
}
parentPort?.postMessage({ lane, count } satisfies WriterReport, []);
