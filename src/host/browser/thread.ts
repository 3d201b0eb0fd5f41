/**
 * This thread as others see it in a browser: a number, and a Web Lock of that name which the thread
 * holds for as long as it lives. The browser hands the lock on when the thread is gone, whatever it
 * was doing; that is the proof of death. An idle worker frees it at once, one that is stuck in a
 * loop or asleep two seconds after terminate().
 */
import { MillraceError } from '../../errors.js';
import { obstacle } from './support.js';
import { holdIfFree } from './web-lock.js';

const lockName = (thread: number): string => `millrace-thread-${thread}`;

let mine: Promise<void> | undefined;
let held = 0;

/** A number for a thread. Numbers are random: workers have no other name that is theirs alone. */
export function newThread(): number {
  const [number] = crypto.getRandomValues(new Uint32Array(1));
  return (number >>> 1) || newThread();
}

async function become(thread: number): Promise<void> {
  if (await holdIfFree(lockName(thread))) held = thread;
  else await become(newThread());
}

/**
 * Resolves when others can tell whether this thread lives. It takes a turn of the event loop, which
 * is why no synchronous call can do it.
 *
 * @param thread the number to take; others are tried when it is in use
 * @throws MillraceError (rejected) UNSUPPORTED
 */
export function ready(thread: number = newThread()): Promise<void> {
  const reason = obstacle();
  if (reason !== undefined) return Promise.reject(new MillraceError('UNSUPPORTED', reason));
  mine ??= become(thread);
  return mine;
}

/**
 * The number of this thread.
 *
 * @throws MillraceError BUSY before ready() has resolved
 */
export function thisThread(): number {
  if (held !== 0) return held;
  throw new MillraceError('BUSY',
    'In a browser a thread must wait for ready() once before it attaches.');
}

/**
 * Calls back once when the thread, which must be known to hold its lock, has ended.
 *
 * @returns to call when it does not matter any more
 */
export function whenEnded(thread: number, tell: () => void): () => void {
  const watch = new AbortController();
  const { signal } = watch;
  // Shared, so that all who wait are told, whatever the others do when it is their turn.
  navigator.locks.request(lockName(thread), { mode: 'shared', signal }, tell).catch((error) => {
    if (!signal.aborted) throw error;
  });
  return () => watch.abort();
}
