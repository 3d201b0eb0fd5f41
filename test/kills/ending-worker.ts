/**
 * A worker that attaches, says in which slot, and then ends, or does not, as it was told.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { MillraceError, attach, open } from 'millrace';
import type { StoreHandle } from 'millrace';

/** What becomes of the worker after a message has told it to go on. */
export type Ending =
  | 'spins' | 'blocks' | 'is idle' | 'exits' | 'throws' | 'closes' | 'attaches twice' | 'opens'
  | 'hangs' | 'pauses';

/** What it says first: the code with which attach failed, or nothing special. */
export type Hello = { readonly code?: string };

interface EndingStart {
  readonly handle: StoreHandle;
  readonly identity?: string;
  readonly ending: Ending;
  readonly heartbeat?: number;
}

/** How long a worker pauses that goes on afterwards. */
const PAUSE_MS = 500;

const { handle, identity, ending, heartbeat }: EndingStart = workerData;

try {
  if (ending === 'opens') await open(':memory:');
  if (ending === 'attaches twice') {
    for (let i = 0; i < 3; i++) void attach(handle, { identity }).close();
  }
  const store = attach(handle, { identity, heartbeat });
  hello({});
  parentPort?.once('message', () => {
    if (ending === 'spins') for (;;) store.put('spins', performance.now());
    if (ending === 'hangs') for (;;);
    if (ending === 'pauses') {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
      store.put('paused', 1);
    }
    if (ending === 'blocks') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    if (ending === 'exits') process.exit(3);
    if (ending === 'throws') throw new Error('as planned');
    if (ending === 'closes') void store.close();
    parentPort?.on('message', () => undefined);
  });
} catch (error) {
  if (!(error instanceof MillraceError)) throw error;
  hello({ code: error.code });
}

function hello(message: Hello): void {
  parentPort?.postMessage(message, []);
}
