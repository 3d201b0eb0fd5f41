/**
 * Overwrites random keys until its lane has done its share, or the store is full.
 */
import { workerData } from 'node:worker_threads';
import { MillraceError, attach } from 'millrace';
import type { StoreHandle } from 'millrace';
import { ChurnLedger } from './churn-ledger.js';
import { fill } from './churn-value.js';
import { Random } from './random.js';

/** What a worker of a churn is started with. */
export interface ChurnStart {
  readonly handle: StoreHandle;
  readonly ledger: SharedArrayBuffer;
  readonly seed: number;
  readonly lane: number;
  readonly share: number;
  readonly keys: number;
  readonly valueBytes: number;
}

const { handle, ledger: memory, seed, lane, share, keys, valueBytes }: ChurnStart = workerData;
const ledger = new ChurnLedger(memory);
const store = attach<number, Uint8Array>(handle);
const value = new Uint8Array(valueBytes);
const before = ledger.done(lane);
const random = new Random(seed, lane, before);
try {
  for (let n = before; n < share; n++) {
    const key = random.below(keys);
    fill(value, key, n);
    store.put(key, value);
    ledger.count(lane);
  }
} catch (error) {
  if (!(error instanceof MillraceError && error.code === 'FULL')) throw error;
  ledger.countFull(lane);
}
await store.close();
