// What the main thread and a worker say to each other. The rows themselves never travel this way:
// sources find their tasks in the map and push rows into the stream, consumers take them from it.

import type { StoreHandle } from 'millrace';
import type { Division } from './division.js';
import type { Job } from './job.js';
import type { Mark } from './kills.js';
import type { PackedRows } from './packing.js';

/** What all workers of a phase have in common. */
export interface Phase {
  readonly handle: StoreHandle;
  readonly job: Job;
  /** The stream's name; also that of its task list. */
  readonly stream: string;
  readonly division: Division;
  /** Where consumers add up: the first element of the groups' keys. */
  readonly kind: string;
  readonly marks: readonly Mark[];
  readonly progress: SharedArrayBuffer;
  /** All rows, packed in shared memory; without them sources decode the job's file. */
  readonly packed: PackedRows | undefined;
}

/** What a worker is started with. */
export interface WorkerStart extends Phase {
  /** The name under which it attaches to the store. */
  readonly identity: string;
}

/** What a worker is told: to take over a lane, or that it is not needed any more. */
export type Order =
  | { readonly kind: 'work'; readonly lane: number }
  | { readonly kind: 'leave' };

/** What a worker reports. It waits for an order after 'ready'. */
export type WorkerReport =
  | { readonly kind: 'ready' | 'kill me' | 'finished' }
  | { readonly kind: 'failed'; readonly message: string; readonly input: boolean };

/** The group of consumers that adds up rows. */
export const GROUP = 'sums';
