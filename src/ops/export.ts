/**
 * A store as lines of JSON, one after the other: nothing is gathered in memory.
 */
import type { KeyEncodingName } from '../codec/key.js';
import type { ValueEncodingName } from '../codec/value.js';
import type { Range } from '../map/range.js';
import { checkNames } from '../options.js';
import type { Store } from '../store.js';
import type { Stream } from '../stream/stream.js';
import { EXPORT_VERSION } from './lines.js';
import type { EndLine, GroupsLine, HeaderLine, Line, MessageLine, StreamLine } from './lines.js';
import { plainKey, plainMessage, plainValue } from './plain.js';
import { checkLong, turn } from '../progress.js';
import type { LongOptions } from '../progress.js';

/** Options of exportStore. */
export interface ExportOptions<K> extends LongOptions {
  /** Which entries; default all, or none when `streams` is given. */
  readonly range?: Range<K>;
  /** Names of the streams; default all, or none when `range` is given. */
  readonly streams?: readonly string[];
}

const NAMES = ['range', 'streams', 'signal', 'onProgress'];

/** Lines between two turns of the event loop. */
const LINES_PER_TURN = 512;

/** The encodings of the store, by name. @throws TypeError for a codec of the user's own. */
export function encodingsOf<K, V>({ handle: { defaults } }: Store<K, V>): {
  keyEncoding: KeyEncodingName; valueEncoding: ValueEncodingName;
} {
  const { keyEncoding, valueEncoding } = defaults;
  if (keyEncoding !== undefined && valueEncoding !== undefined) {
    return { keyEncoding, valueEncoding };
  }
  throw new TypeError(
    "A store with a codec of its own is exported and imported with the encodings 'binary'");
}

function* entryLines<K, V>(store: Store<K, V>, range: Range<K> | undefined): Generator<Line> {
  const { valueEncoding } = encodingsOf(store);
  for (const [key, value] of store.entries(range)) {
    yield { key: plainKey(key), value: plainValue(value, valueEncoding) };
  }
}

/** Counts the messages that a group has had, as the partition's messages pass by. */
class Passed {
  readonly had: Record<string, number[]>;
  private readonly offsets: Record<string, number[]>;

  constructor(stream: Stream<unknown, unknown>, groups: readonly string[]) {
    const none = Array.from({ length: stream.partitions }, () => 0);
    this.had = Object.fromEntries(groups.map((group) => [group, [...none]]));
    this.offsets = Object.fromEntries(
      groups.map((group) => [group, stream.offsets(group) ?? none]));
  }

  note(partition: number, offset: number): void {
    for (const [group, offsets] of Object.entries(this.offsets)) {
      if (offset < offsets[partition]) this.had[group][partition]++;
    }
  }
}

function* streamLines(stream: Stream<unknown, unknown>): Generator<Line> {
  const { name, partitions, rowBytes, capacity } = stream;
  const groups = stream.groups();
  yield { stream: name, partitions, rowBytes, capacity, groups } satisfies StreamLine;
  const passed = new Passed(stream, groups);
  for (let partition = 0; partition < partitions; partition++) {
    let index = 0;
    for (const { offset, bytes } of stream.peek(partition)) {
      passed.note(partition, offset);
      yield {
        stream: name, partition, index: index++, message: plainMessage(bytes),
      } satisfies MessageLine;
    }
  }
  yield { stream: name, had: passed.had } satisfies GroupsLine;
}

function* linesOf<K, V>(
  store: Store<K, V>, { range, streams }: Pick<ExportOptions<K>, 'range' | 'streams'>,
): Generator<Line> {
  yield {
    millrace: 'export', version: EXPORT_VERSION, ...encodingsOf(store),
  } satisfies HeaderLine;
  let entries = 0;
  let messages = 0;
  if (range !== undefined || streams === undefined) {
    for (const line of entryLines(store, range)) {
      entries++;
      yield line;
    }
  }
  const names = streams ?? (range === undefined ? store.streams() : []);
  for (const name of names) {
    for (const line of streamLines(store.stream(name) as unknown as Stream<unknown, unknown>)) {
      if ('message' in line) messages++;
      yield line;
    }
  }
  yield { end: true, entries, messages } satisfies EndLine;
}

/**
 * Entries and streams as lines of JSON, each with its line break. Others may write meanwhile: each
 * entry and message is whole, all of them together are no moment; for that export a backup. Nothing
 * is held between two lines. O(bytes); memory of one batch of entries.
 * @throws TypeError for wrong options, or a codec of the user's own; MillraceError ENCODING for a
 *   key or value that is none, STREAM_NOT_FOUND, CLOSED; the signal's reason.
 */
export async function* exportStore<K, V>(
  store: Store<K, V>, options?: ExportOptions<K>,
): AsyncGenerator<string, void> {
  const given = checkNames(options, NAMES, 'exportStore');
  checkLong(given);
  const { signal, onProgress } = given;
  let done = 0;
  for (const line of linesOf(store, given)) {
    yield `${JSON.stringify(line)}\n`;
    if (++done % LINES_PER_TURN !== 0) continue;
    onProgress?.({ phase: 'export', done, total: undefined });
    await turn();
    signal?.throwIfAborted();
  }
  onProgress?.({ phase: 'export', done, total: done });
}
