/**
 * A worker that is there to be killed: it attaches as an instance of its lane and works until it
 * is terminated or the campaign stops. On order it hangs, walks into the warden's trap, or is slow
 * in one way or another.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { attach } from 'millrace';
import type { StoreHandle } from 'millrace';
import { hotKey, identityOf, trapKey } from './entries.js';
import type { Key, Value } from './entries.js';
import { Lane } from './lane.js';
import { Ledger } from './ledger.js';
import type { Order } from './ledger.js';
import { StreamLane } from './stream-lane.js';

/** What a lane's worker is started with. */
export interface LaneStart {
  readonly handle: StoreHandle;
  readonly ledger: SharedArrayBuffer;
  readonly seed: number;
  readonly lane: number;
  /** The partition that it fills, if it works on the stream and not on the map. */
  readonly partition?: number;
}

/** A lane promises a sign within this time, and is slow for less. */
const HEARTBEAT_MS = 1000;
const SLOW_MS = 400;

const { handle, ledger: memory, seed, lane, partition }: LaneStart = workerData;
const ledger = new Ledger(memory);
const store = attach<Key, Value>(handle, { identity: identityOf(lane), heartbeat: HEARTBEAT_MS });
const work = partition === undefined
  ? new Lane(store, ledger, seed, lane) : new StreamLane(store, ledger, lane, partition);
parentPort?.postMessage('at work', []);
while (!ledger.isStopped) {
  obey(ledger.takeOrder(lane));
  work.advance();
}
await store.close();

function obey(order: Order): void {
  if (order === 'go on') return;
  if (order === 'hang') for (;;);
  if (order.startsWith('stand')) stand(Number(order.slice(-1)));
  const until = performance.now() + SLOW_MS;
  if (order === 'pause') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SLOW_MS);
  let garbage: unknown[] = [];
  for (let i = 0; performance.now() < until; i++) {
    if (order === 'make garbage') garbage = [garbage.slice(-100), { i, text: `${i}`.repeat(100) }];
  }
  ledger.obeyed(lane);
}

/** Takes the lock of a hot leaf and waits for one that the warden holds: nothing of it happens. */
function stand(group: number): void {
  store.batch([
    { type: 'put', key: hotKey(group), value: [lane, -1] },
    { type: 'put', key: trapKey, value: [lane, -1] },
  ]);
  throw new Error('the trap let it through');
}
