// What is said between the threads of the other ways to move rows: by message, from worker to
// worker, over one channel for each pair of them.

import type { MessagePort } from 'node:worker_threads';
import type { Job } from '../job.js';
import type { PackedRows } from '../packing.js';
import type { Slice } from './slices.js';

/** 'objects': arrays of 1000 objects, cloned. 'buffers': packed by hand and transferred. */
export type Manner = 'objects' | 'buffers';

/** A row as an object: its group's number and its measures. */
export type RowObject = Record<string, number | null>;
/** The property that holds the number of the group. */
export const GROUP_PROPERTY = 'group';

/** What a channel carries; null is the end. */
export type PortMessage = readonly RowObject[] | PackedRows | null;

/** What a source is started with. */
export interface PortSourceStart {
  readonly job: Job;
  readonly manner: Manner;
  readonly packed: PackedRows;
  readonly slice: Slice | undefined;
  /** The channels to the consumers. */
  readonly ports: readonly MessagePort[];
  /** The consumer of each group, by the group's number. */
  readonly consumers: Uint8Array;
}

/** What a consumer is started with. */
export interface PortConsumerStart {
  readonly job: Job;
  /** The channels from the sources. */
  readonly ports: readonly MessagePort[];
}

/** What a consumer finds: groups, and their sums one behind the other. */
export interface PortResult {
  readonly groups: readonly number[];
  readonly sums: Float64Array<ArrayBuffer>;
}
