// A thread of the backup campaign: a writer of one lane, or the consumer of all of them. Words of
// its ledger: 0 stop, then begun and done of each lane.

import { parentPort, workerData } from 'node:worker_threads';
import { attach } from 'millrace';
import type { StoreHandle } from 'millrace';
import { GROUP, STREAM, act } from './lanes.js';
import type { LaneStore } from './lanes.js';

const { handle, lane, ledger }: {
  handle: StoreHandle; lane: number | undefined; ledger: Int32Array;
} = workerData;

/** Steps between two turns of the event loop. */
const STEPS = 32;
const WAIT_MS = 20;

const store: LaneStore = attach(handle);
const stream = store.stream(STREAM);
const isStopped = (): boolean => Atomics.load(ledger, 0) !== 0;
parentPort?.postMessage('ready', []);

if (lane === undefined) {
  const consumer = stream.subscribe({ group: GROUP });
  while (!isStopped()) {
    const batch = consumer.nextSync(WAIT_MS);
    batch?.transaction((tx) => {
      tx.put(['seen', batch.partition], batch.firstOffset + batch.count);
    });
  }
} else {
  for (let step = 1; !isStopped(); step++) {
    Atomics.store(ledger, 1 + 2 * lane, step);
    act(store, stream, lane, step);
    Atomics.store(ledger, 2 + 2 * lane, step);
    if (step % STEPS === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
await store.close();
