// Long commands: a line on stderr that says how far they are, and an early end by a signal.
import type { LongOptions, Progress } from 'millrace';
import { Interrupted } from './exit-codes.js';
import { figure } from './text.js';

const WIDTH = 24;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Between two changes of the line, in milliseconds. */
const PAUSE_MS = 100;

function lineOf({ phase, done, total }: Progress): string {
  if (total === undefined || total === 0) return `${phase.padEnd(10)} ${figure(done)}`;
  const full = Math.floor(WIDTH * done / total);
  return `${phase.padEnd(10)} [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ` +
    `${Math.floor(100 * done / total)} %`;
}

/** The bar, on a terminal; nothing elsewhere, where nobody looks. */
class Bar {
  private shownAt = 0;
  private isShown = false;

  show(progress: Progress): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.shownAt < PAUSE_MS) return;
    this.shownAt = now;
    this.isShown = true;
    process.stderr.write(`\r${lineOf(progress)}\u001b[K`);
  }

  clear(): void {
    if (this.isShown) process.stderr.write('\r\u001b[K');
  }
}

/** Runs something long; SIGINT and SIGTERM end it early. @throws Interrupted. */
export async function runLong<T>(fn: (options: Required<LongOptions>) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Interrupted());
  const bar = new Bar();
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    return await fn({ signal: stop.signal, onProgress: (progress) => bar.show(progress) });
  } catch (error) {
    // A stream that was ended by the signal has an error of its own.
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    bar.clear();
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
