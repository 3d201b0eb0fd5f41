// What the durable bench asks of an engine: the same puts, with more and more that they survive.
import type { Draw } from '../kv/workload.js';

/** Puts between two waits where several are waited for together. */
export const PER_WAIT = 1000;

/**
 * What is waited for, and how often. flushed: the puts survive the process; synced: they survive
 * the machine, as far as the disk keeps its word.
 */
export const CASES = [
  'visible', 'flushed at the end', 'flushed per 1000', 'flushed each',
  'synced at the end', 'synced per 1000', 'synced each',
] as const;

export type Case = (typeof CASES)[number];

/** How many times fewer puts a round of the case makes than one of the cheapest case. */
export const SHARE: Readonly<Record<Case, number>> = {
  visible: 1, 'flushed at the end': 1, 'flushed per 1000': 2, 'flushed each': 50,
  'synced at the end': 1, 'synced per 1000': 10, 'synced each': 500,
};

/** How an engine does a case. */
export interface Way {
  /** Puts the whole batch; what the case promises holds when it returns or resolves. */
  readonly run: (batch: Draw) => void | Promise<void>;
  /** The calls, and what they promise in the engine's own words. */
  readonly note: string;
}

export interface Engine {
  readonly name: string;
  /** Copies of a value between what the caller holds and the engine's memory. */
  readonly copies: number;
  /** Other threads of the process can read and write the same data. */
  readonly shared: boolean;
  readonly ways: Readonly<Partial<Record<Case, Way>>>;
  peek(key: Buffer): Uint8Array | undefined;
  /** Waits until nothing of what was put is still on its way to the disk. */
  settle(): Promise<void> | void;
  close(): Promise<void> | void;
}

/** An engine that is not open yet. */
export interface Kind {
  readonly name: string;
  /** Opens an empty one in a folder that is there and empty. */
  open(folder: string): Promise<Engine>;
}

/** The batch in pieces of `PER_WAIT`, as places from and up to. */
export function* pieces({ keys }: Draw): Iterable<[from: number, to: number]> {
  for (let from = 0; from < keys.length; from += PER_WAIT) {
    yield [from, Math.min(from + PER_WAIT, keys.length)];
  }
}
