/**
 * The worker that writes the journal: an instance of the store that can write its files. It has no
 * slot before it has the files, so of two such workers one waits, and takes over when the other one
 * ends.
 */
import { Core } from '../../core.js';
import { serveUntilStopped } from '../../journal/serve.js';
import { requestSlot } from '../../supervisor/client.js';
import { SlotTable } from '../../supervisor/slot-table.js';
import { OpfsPool } from './opfs.js';
import type { JournalReport, JournalStart } from './supervisor-messages.js';
import { ready, thisThread } from './thread.js';
import { wasiOver } from './wasi.js';

addEventListener('message', ({ data }: MessageEvent<JournalStart>) => {
  // A rejected promise is not seen outside of the worker, a reported error is.
  serve(data).catch(reportError);
});

async function serve({ module, memory, files }: JournalStart): Promise<void> {
  await ready();
  report({ thread: thisThread() });
  const pool = await OpfsPool.open(files.directory);
  const table = new SlotTable(memory);
  const wasiOn = (region: WebAssembly.Memory) => wasiOver(pool, region);
  const core = new Core(module, memory, wasiOn(memory));
  const membership = requestSlot({ memory }, undefined, 'journal');
  core.attach(membership.slot, membership.generation);
  table.seatJournal(membership.slot, thisThread());
  await serveUntilStopped(core, { wasiOn, ready: () => pool.fill() });
  membership.leave();
  pool.close();
  close();
}

function report(message: JournalReport): void {
  postMessage(message);
}
