// What the bench asks of an engine: a few operations on the whole workload, and what one has to
// know to read its figures.
import type { Batch } from './workload.js';

/** The operations, each on random keys. The Views see the bytes in place where an engine can. */
export const OPS = ['get', 'getView', 'put', 'scan100', 'scan100View', 'getMany64'] as const;

export type Op = (typeof OPS)[number];

/** How an engine does one operation. */
export interface Operation {
  /**
   * Runs the operation on every key (or group) of the batch. Returns the sum of the digests of the
   * values that it saw; of a put, 0.
   */
  readonly run: (batch: Batch) => number | Promise<number>;
  /** Copies of a value between the engine's memory and what the caller holds. */
  readonly copies: number;
  /** The calls that were used, and what makes them unlike ours. */
  readonly note: string;
}

export interface Engine {
  readonly name: string;
  /** Acknowledged writes survive the death of the process, with the options used here. */
  readonly durable: boolean;
  /** Other threads of the process can read and write the same data. */
  readonly shared: boolean;
  readonly ops: Readonly<Partial<Record<Op, Operation>>>;
  /** A value, for checks that nobody times. */
  peek(key: Buffer, number: number): Uint8Array | undefined;
  close(): Promise<void> | void;
}

/** Operations a round of a single-key operation runs, and how many times fewer the others run. */
export const SHARE: Readonly<Record<Op, number>> = {
  get: 1, getView: 1, put: 1, scan100: 50, scan100View: 50, getMany64: 1,
};
