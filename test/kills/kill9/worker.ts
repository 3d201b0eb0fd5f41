/**
 * One lane of one part.
 */
import { workerData } from 'node:worker_threads';
import { attach } from 'millrace';
import type { StoreHandle } from 'millrace';
import { tellDone } from './messages.js';
import { identityOf } from './part.js';
import { PARTS } from './parts.js';

export interface WorkerStart {
  readonly handle: StoreHandle;
  readonly part: string;
  readonly lane: number;
}

const { handle, part, lane }: WorkerStart = workerData;

const store = attach<unknown[], Uint8Array>(handle, { identity: identityOf(part, lane) });
await PARTS[part].work(store, lane, (number) => tellDone(part, lane, number));
