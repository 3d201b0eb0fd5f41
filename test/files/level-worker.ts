/**
 * Writes to a store and says how durable that was when the call returned.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { attach } from 'millrace';

const store = attach<string, number>(workerData, { identity: 'worker' });
store.put('from a worker', 1);
parentPort?.postMessage([store.lastOutcome('worker')?.durability], []);
