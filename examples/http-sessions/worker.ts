// A worker: answers what the front hands it, one transaction each. It keeps nothing that matters,
// so it may be terminated at any instruction.

import { parentPort, workerData } from 'node:worker_threads';
import { attach } from 'millrace';
import type { Order, Served, WorkerReport, WorkerStart } from './messages.js';
import { serve } from './service.js';
import type { Key, Value } from './service.js';

if (parentPort === null) throw new Error('This file runs as a worker only');
const front = parentPort;
const { handle }: WorkerStart = workerData;
const store = attach<Key, Value>(handle);

/** Answers of this turn of the event loop: they leave together, which is cheaper. */
let answers: Served[] = [];

front.on('message', (order: Order) => {
  if (order.kind === 'stop') {
    void store.close().then(() => front.close());
    return;
  }
  if (answers.push(serve(store, order.ask, Date.now())) === 1) setImmediate(reportAnswers);
});
report({ kind: 'ready' });

/** Whatever was served and not reported when the worker dies is found by whoever is asked next. */
function reportAnswers(): void {
  report({ kind: 'answers', answers });
  answers = [];
}

function report(message: WorkerReport): void {
  front.postMessage(message, []);
}
