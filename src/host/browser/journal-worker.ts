/**
 * The worker that writes the journal: an instance of the store that can write its files. It has no
 * slot before it has the files, so of two such workers one waits, and takes over when the other one
 * ends.
 */
import { Core } from '../../core.js';
import { serveUntilStopped } from '../../journal/serve.js';
import { requestSlot } from '../../supervisor/client.js';
import { OpfsPool } from './opfs.js';
import type { JournalReport, JournalStart } from './supervisor-messages.js';
import { ready as threadIsReady, thisThread } from './thread.js';
import { wasiOver } from './wasi.js';

addEventListener('message', ({ data }: MessageEvent<JournalStart>) => {
  // A rejected promise is not seen outside of the worker, a reported error is.
  serve(data).catch(reportError);
});

async function serve({ module, memory, files }: JournalStart): Promise<void> {
  await threadIsReady();
  report({ thread: thisThread() });
  const pool = await OpfsPool.open(files.directory);
  const wasiOn = (region: WebAssembly.Memory) => wasiOver(pool, region);
  const core = new Core(module, memory, wasiOn(memory));
  const membership = requestSlot({ memory }, { role: 'journal' });
  core.attach(membership.slot, membership.generation);
  const ready = async (): Promise<void> => {
    await turn();
    await pool.fill();
  };
  await serveUntilStopped(core, { wasiOn, ready, isAlone: true });
  membership.leave();
  pool.close();
  close();
}

/**
 * Lets the event loop turn once: a worker that never does takes two seconds to be terminated, and
 * for so long nobody else can have its files.
 */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}

function report(message: JournalReport): void {
  postMessage(message);
}
