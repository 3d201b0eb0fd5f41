// What is said between the threads of the other ways to move rows: by message, from worker to
// worker, over one channel for each pair of them.

import type { MessagePort } from 'node:worker_threads';
import type { Job } from '../job.js';
import type { PackedRows } from '../packing.js';

/** 'objects': arrays of 1000 objects, cloned. 'buffers': packed by hand and transferred. */
export type Manner = 'objects' | 'buffers';

/** A row as an object has it: the texts of its group and its measures, by their columns' names. */
export type RowObject = Record<string, string | number | null>;

/** What a channel carries; null is the end. */
export type PortMessage = readonly RowObject[] | PackedRows | null;

/** What a source is started with. */
export interface PortSourceStart {
  readonly job: Job;
  readonly manner: Manner;
  readonly packed: PackedRows;
  /** The channels to the consumers. */
  readonly ports: readonly MessagePort[];
  /** The consumer of each group, by the group's number. */
  readonly consumers: Uint8Array;
  /** The groups by their numbers. */
  readonly groups: readonly (readonly string[])[];
}

/** What a consumer is started with. */
export interface PortConsumerStart {
  readonly job: Job;
  /** The channels from the sources. */
  readonly ports: readonly MessagePort[];
  /** The groups by their numbers. */
  readonly groups: readonly (readonly string[])[];
}

/** What a consumer finds: groups, and their sums one behind the other. */
export interface PortResult {
  readonly groups: readonly (readonly string[])[];
  readonly sums: Float64Array<ArrayBuffer>;
}
