/**
 * The thread that opens the store in a directory and ends: making or loading a region may take
 * seconds, for which nothing else should stand still.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { toPlain } from '../../journal/plain-error.js';
import { restore } from '../../journal/restore.js';
import type { Watch } from '../../journal/restore.js';
import type { OpenNews, OpenOutcome, OpenStart } from './directory.js';
import { filesIn } from './store-files.js';
import { openFiles } from './wasi.js';

const { module, files, wanted }: OpenStart = workerData;

async function outcome(): Promise<OpenOutcome> {
  try {
    const access = await openFiles(files);
    const { directory } = files;
    try {
      const watch: Watch = (loading) => say({ loading });
      return { opened: await restore(module, filesIn(directory), access.wasiOn, wanted, watch) };
    } finally {
      access.close();
    }
  } catch (error) {
    return { failed: toPlain(error) };
  }
}

function say(message: OpenNews | OpenOutcome): void {
  parentPort?.postMessage(message, []);
}

say(await outcome());
