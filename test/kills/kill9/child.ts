/**
 * The process that will be killed: opens the store, starts the workers, and tidies up beside them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { open } from 'millrace';
import { tellTidied } from './messages.js';
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

/** Between two compactions. */
const PAUSE_MS = 40;

for (let compactions = 0; ; compactions++) {
  tellTidied(store.stats().journal?.checkpoints ?? 0, compactions);
  await sleep(PAUSE_MS);
  await store.compact();
}
