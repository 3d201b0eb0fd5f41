/**
 * A worker that is there to be killed: it attaches as an instance of its lane and works until it
 * is terminated or the campaign stops.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { attach } from 'millrace';
import type { StoreHandle } from 'millrace';
import { identityOf } from './entries.js';
import type { Key, Value } from './entries.js';
import { Lane } from './lane.js';
import { Ledger } from './ledger.js';

/** What a lane's worker is started with. */
export interface LaneStart {
  readonly handle: StoreHandle;
  readonly ledger: SharedArrayBuffer;
  readonly seed: number;
  readonly lane: number;
}

const { handle, ledger: memory, seed, lane }: LaneStart = workerData;
const ledger = new Ledger(memory);
const store = attach<Key, Value>(handle, { identity: identityOf(lane) });
const work = new Lane(store, ledger, seed, lane);
parentPort?.postMessage('at work', []);
while (!ledger.isStopped) work.advance();
await store.close();
