/**
 * The process that will be killed: opens the store and starts the workers.
 */
import { Worker } from 'node:worker_threads';
import { open } from 'millrace';
import { OPTIONS } from './part.js';
import type { Kill9Store } from './part.js';
import { PARTS } from './parts.js';
import type { WorkerStart } from './worker.js';

const store: Kill9Store = await open<unknown[], Uint8Array>(process.argv[2], OPTIONS);
for (const [part, { lanes }] of Object.entries(PARTS)) {
  for (let lane = 0; lane < lanes; lane++) {
    const start: WorkerStart = { handle: store.handle, part, lane };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: start });
    worker.on('error', (error) => {
      throw error;
    });
  }
}
