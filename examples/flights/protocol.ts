// What the main thread and a worker say to each other. The rows themselves never travel: workers
// find their tasks in the map and leave their sums there.

import type { StoreHandle } from 'millrace';
import type { Job } from './job.js';
import type { Mark } from './kills.js';

/** What a worker is started with. */
export interface WorkerStart {
  readonly handle: StoreHandle;
  readonly job: Job;
  /** This worker's number, from 1; a replacement has a number of its own. */
  readonly worker: number;
  /** The dead worker whose claims this one gives back before it claims anything. */
  readonly replaces: number | undefined;
  /** This worker's lane in the shared counters; a replacement inherits it. */
  readonly lane: number;
  readonly progress: SharedArrayBuffer;
  readonly marks: readonly Mark[];
  /** Rows that are merged in one transaction, at most. */
  readonly batchRows: number;
}

/** What a worker reports. */
export type WorkerReport =
  | { readonly kind: 'kill me' }
  | { readonly kind: 'failed'; readonly message: string; readonly input: boolean };

/** The name under which a worker attaches to the store. */
export function identityOf(worker: number): string {
  return `worker-${worker}`;
}
