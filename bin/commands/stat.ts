// millrace stat: what is in a directory, in figures.
import { readdir, stat as fileStat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stats } from 'millrace';
import { withStore } from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { figure } from '../text.js';

interface FileSize {
  readonly name: string;
  readonly bytes: number;
}

async function filesIn(directory: string): Promise<FileSize[]> {
  const names = (await readdir(directory)).sort();
  const all = await Promise.all(names.map(async (name) => {
    const entry = await fileStat(join(directory, name));
    return entry.isFile() ? [{ name, bytes: entry.size }] : [];
  }));
  return all.flat();
}

function* text(stats: Stats, files: readonly FileSize[]): Iterable<string> {
  const { bytes, frames, journal } = stats;
  yield `region: ${figure(bytes.region)} bytes, ${figure(bytes.free)} free ` +
    `(${figure(bytes.largestFree)} in one piece)`;
  yield `frames: ${frames.open} open, ${frames.sealed} sealed, ${frames.limbo} in limbo`;
  if (journal !== undefined) {
    yield `journal: opened ${figure(journal.life)} times, epoch ${figure(journal.syncedEpoch)}, ` +
      `segment ${journal.segment}, at byte ${figure(journal.offset)}`;
  }
  for (const { name, bytes: size } of files) yield `file ${name}: ${figure(size)} bytes`;
}

export const stat: Command = {
  usage: 'DIR',
  summary: 'prints sizes, counters and files',
  help: ['Keys are counted by check, which reads everything.'],
  options: {},
  takes: [1, 1],
  async run({ places: [directory], isJson, print }) {
    const stats = await withStore(directory, {}, (store) => store.stats());
    const files = await filesIn(directory);
    if (isJson) print(JSON.stringify({ ...stats, files }));
    else for (const line of text(stats, files)) print(line);
    return EXIT.OK;
  },
};
