/**
 * What long operations have in common: they say how far they are, and can be ended early.
 */
import { checkFunction, checkSignal } from './options.js';

/** How far a long operation has come. */
export interface Progress {
  /**
   * What is being done: 'copy', 'verify', 'clean', 'checkpoint', 'export', 'import', 'read'. Of an
   * open: 'index', what must be there before the store can be used, and then 'records', the rest,
   * which is loaded while it is used.
   */
  readonly phase: string;
  /** Bytes, entries or lines, as the operation says. */
  readonly done: number;
  /** How many there will be; undefined when nobody knows. */
  readonly total: number | undefined;
}

/** Options of every operation that may take long. */
export interface LongOptions {
  /** Ends the operation early: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Is called now and then, and at the end of each phase. What it throws ends the operation. */
  readonly onProgress?: (progress: Progress) => void;
}

/** @throws TypeError for a wrong type. The signal's reason when it is aborted already. */
export function checkLong({ signal, onProgress }: LongOptions): void {
  checkSignal(signal);
  if (onProgress !== undefined) checkFunction(onProgress, 'onProgress');
  signal?.throwIfAborted();
}

/** Lets the event loop turn, so that signals, timers and other work are not held up. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
