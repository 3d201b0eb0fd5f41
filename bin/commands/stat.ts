// millrace stat: what is in a directory, in figures.
import { readdir, stat as fileStat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stats, Store } from 'millrace';
import { withStore } from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { figure } from '../text.js';

interface FileSize {
  readonly name: string;
  readonly bytes: number;
}

interface StreamState {
  readonly name: string;
  readonly partitions: number;
  readonly rowBytes: number;
  readonly capacity: number;
  /** Messages that were ever appended. */
  readonly appended: number;
  /** Messages that each group has not had. */
  readonly lag: Readonly<Record<string, number>>;
}

interface State {
  readonly stats: Stats;
  readonly streams: readonly StreamState[];
}

async function filesIn(directory: string): Promise<FileSize[]> {
  const names = (await readdir(directory)).sort();
  const all = await Promise.all(names.map(async (name) => {
    const entry = await fileStat(join(directory, name));
    return entry.isFile() ? [{ name, bytes: entry.size }] : [];
  }));
  return all.flat();
}

function streamsOf(store: Store<unknown, unknown>): StreamState[] {
  return store.streams().map((name) => {
    const stream = store.stream(name);
    const { partitions, rowBytes, capacity } = stream;
    const tails = Array.from({ length: partitions }, (_, i) => stream.tail(i));
    return {
      name, partitions, rowBytes, capacity, appended: tails.reduce((a, b) => a + b),
      lag: Object.fromEntries(stream.groups().map((group) => [group, stream.lag(group) ?? 0])),
    };
  });
}

function streamText({ name, partitions, appended, lag }: StreamState): string {
  const groups = Object.entries(lag).map(([group, count]) => `${group} ${figure(count)} behind`);
  return `stream ${name}: ${partitions} partitions, ${figure(appended)} messages, ` +
    (groups.length === 0 ? 'no groups' : groups.join(', '));
}

function* text({ stats, streams }: State, files: readonly FileSize[]): Iterable<string> {
  const { bytes, frames, journal } = stats;
  yield `region: ${figure(bytes.region)} bytes, ${figure(bytes.free)} free ` +
    `(${figure(bytes.largestFree)} in one piece)`;
  yield `frames: ${frames.open} open, ${frames.sealed} sealed, ${frames.limbo} in limbo`;
  if (journal !== undefined) {
    yield `journal: opened ${figure(journal.life)} times, epoch ${figure(journal.syncedEpoch)}, ` +
      `segment ${journal.segment}, at byte ${figure(journal.offset)}`;
  }
  for (const { name, bytes: size } of files) yield `file ${name}: ${figure(size)} bytes`;
  for (const stream of streams) yield streamText(stream);
}

export const stat: Command = {
  usage: 'DIR',
  summary: 'prints sizes, counters, files and streams',
  help: ['Keys are counted by check, which reads everything.'],
  options: {},
  takes: [1, 1],
  async run({ places: [directory], isJson, print }) {
    const state: State = await withStore(directory, {},
      (store) => ({ stats: store.stats(), streams: streamsOf(store) }));
    const files = await filesIn(directory);
    if (isJson) print(JSON.stringify({ ...state.stats, files, streams: state.streams }));
    else for (const line of text(state, files)) print(line);
    return EXIT.OK;
  },
};
