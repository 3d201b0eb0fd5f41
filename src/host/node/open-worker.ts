/**
 * The thread that opens the store in a directory and ends: making or loading a region may take
 * seconds, for which nothing else should stand still.
 */
import { open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { StoreFiles } from '../../journal/files.js';
import { restore } from '../../journal/restore.js';
import type { OpenOutcome, OpenStart } from './directory.js';
import { toPlain } from '../../journal/plain-error.js';
import { openFiles } from './wasi.js';

const { module, files, wanted }: OpenStart = workerData;

const at = (name: string): string => join(files.directory, name);

const onDisk: StoreFiles = {
  names: () => readdir(files.directory),
  async read(name, offset, bytes) {
    const file = await open(at(name));
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
  remove: (name) => unlink(at(name)),
};

async function outcome(): Promise<OpenOutcome> {
  try {
    const { wasiOn } = await openFiles(files);
    return { opened: await restore(module, onDisk, wasiOn, wanted) };
  } catch (error) {
    return { failed: toPlain(error) };
  }
}

parentPort?.postMessage(await outcome(), []);
