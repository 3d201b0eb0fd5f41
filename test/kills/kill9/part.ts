/**
 * A part of the work that is killed: what its lanes do, and how what they left is inspected.
 */
import type { Store } from 'millrace';

/** How everybody opens the store. Checkpoints are taken several times in the life of a process. */
export const OPTIONS = {
  maxMemory: 32 * 1024 * 1024, slots: 16, valueEncoding: 'binary', checkpointBytes: 512 * 1024,
} as const;

/** The store that all parts share. */
export type Kill9Store = Store<unknown[], Uint8Array>;

/** What was found of one lane. */
export interface Findings {
  /** Number of the last operation that is there. */
  readonly found: number;
  /** Operations that are missing although later ones are there. */
  readonly holes: number;
  /** Values that nobody has written like that. */
  readonly torn: number;
  /** Operations that took effect twice, or whose number the store does not know. */
  readonly duplicated: number;
}

/** Lanes of a part number their operations from 1 on, through all cycles. */
export interface Part {
  readonly lanes: number;
  /** Goes on after the last operation until it is killed, telling what is durable. */
  work(store: Kill9Store, lane: number, acknowledge: (number: number) => void): Promise<never>;
  inspect(store: Kill9Store, lane: number): Findings;
}

/** The name under which a lane's operations are recorded. */
export function identityOf(part: string, lane: number): string {
  return `${part}-${lane}`;
}
