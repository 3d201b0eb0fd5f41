/**
 * The lines of an export into a store, some hundred at a time. Each of these batches is durable
 * before it is reported, so an import that ended early can go on behind the last report.
 */
import type { KeyEncodingName } from '../codec/key.js';
import type { ValueEncodingName } from '../codec/value.js';
import { MillraceError } from '../errors.js';
import { checkBoolean, checkNames } from '../options.js';
import type { Store } from '../store.js';
import { encodingsOf } from './export.js';
import { StreamImport } from './import-streams.js';
import { checkHeader, parseLine } from './lines.js';
import type { EndLine, HeaderLine, Parsed } from './lines.js';
import { keyOf, valueOf } from './plain.js';
import { checkLong } from '../progress.js';
import type { LongOptions } from '../progress.js';

/** Options of importInto. */
export interface ImportOptions extends LongOptions {
  /**
   * Goes on with an import of the same lines that ended early: streams may be there already, and
   * messages that are there are passed over. Entries are set again, which changes nothing.
   */
  readonly resume?: boolean;
}

/** What an import has brought in. */
export interface Imported {
  readonly lines: number;
  readonly entries: number;
  /** Without those that a resumed import has found to be there. */
  readonly messages: number;
  readonly streams: number;
}

/** An error of an import, with the number of its line, from 1 on. */
export interface LineError extends MillraceError {
  readonly line: number;
}

const NAMES = ['resume', 'signal', 'onProgress'];

/** Lines that are made durable together. */
const LINES_PER_BATCH = 512;

/** Texts as lines, wherever they were cut. */
async function* linesIn(
  texts: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const text of texts) {
    rest += typeof text === 'string' ? text : decoder.decode(text, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

/** One import: what the header said, and what was counted. */
class Import<K, V> {
  entries = 0;
  readonly streams: StreamImport<K, V>;
  private keyEncoding: KeyEncodingName | undefined;
  private valueEncoding: ValueEncodingName = 'json';
  private end: EndLine | undefined;
  private messageLines = 0;

  constructor(private readonly store: Store<K, V>, resume: boolean) {
    this.streams = new StreamImport(store, resume);
  }

  /** @throws MillraceError ENCODING, LAYOUT_MISMATCH, and what the store throws. */
  take(text: string): void {
    const parsed = parseLine(text);
    if (this.end !== undefined) {
      throw new MillraceError('ENCODING', 'There is a line behind the end of the export.');
    }
    if ((parsed.kind === 'header') !== (this.keyEncoding === undefined)) {
      throw new MillraceError('ENCODING', 'An export has one first line, with its version.');
    }
    this.apply(parsed);
  }

  /** @throws MillraceError ENCODING when the export was cut short. */
  finish(): void {
    if (this.end !== undefined) return;
    throw new MillraceError('ENCODING', 'The export has no last line: it was cut short.');
  }

  private apply({ kind, line }: Parsed): void {
    if (kind === 'header') this.begin(line);
    else if (kind === 'entry') this.put(line.key, line.value);
    else if (kind === 'stream') this.streams.create(line);
    else if (kind === 'groups') this.streams.place(line);
    else if (kind === 'message') {
      this.messageLines++;
      this.streams.push(line);
    } else this.close(line);
  }

  private begin(line: HeaderLine): void {
    checkHeader(line);
    const { keyEncoding, valueEncoding } = encodingsOf(this.store);
    if (line.keyEncoding !== keyEncoding || line.valueEncoding !== valueEncoding) {
      throw new MillraceError('ENCODING', `The export has ${line.keyEncoding} keys and ` +
        `${line.valueEncoding} values, the store ${keyEncoding} and ${valueEncoding}.`);
    }
    this.keyEncoding = keyEncoding;
    this.valueEncoding = valueEncoding;
  }

  private put(key: unknown, value: unknown): void {
    this.store.put(keyOf(key, this.keyEncoding!) as K, valueOf(value, this.valueEncoding) as V,
      { durability: 'visible' });
    this.entries++;
  }

  private close(line: EndLine): void {
    this.end = line;
    if (line.entries === this.entries && line.messages === this.messageLines) return;
    throw new MillraceError('ENCODING', `The export has ${this.entries} entries and ` +
      `${this.messageLines} messages, its last line says ${line.entries} and ${line.messages}.`);
  }
}

function withLine(error: unknown, line: number): unknown {
  if (!(error instanceof MillraceError)) return error;
  const { code, message, cause, file, offset } = error;
  const numbered = new MillraceError(code, `Line ${line}: ${message}`, { cause, file, offset });
  return Object.assign(numbered, { line });
}

/**
 * Brings what exportStore has written into a store. Entries replace those with the same key, other
 * entries stay; a stream must not be there yet. Messages are numbered anew from 0, and each group
 * stands before the same message as before. O(bytes); memory of one line.
 * `onProgress` counts lines, which are durable then.
 * @param texts The lines, in pieces of any size: a stream of a file, or what exportStore yields.
 * @throws TypeError for wrong options, or a store with a codec of the user's own. MillraceError,
 *   with the number of the `line` where there is one: ENCODING for what is no line of an export,
 *   other encodings than the store's, or an export that was cut short; LAYOUT_MISMATCH for a later
 *   version; STREAM_MISMATCH for a stream that is there; what put, push and flushed throw; the
 *   signal's reason. What was imported until then stays.
 */
export async function importInto<K, V>(
  store: Store<K, V>,
  texts: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  options?: ImportOptions,
): Promise<Imported> {
  const given = checkNames(options, NAMES, 'importInto');
  checkLong(given);
  const { resume = false, signal, onProgress } = given;
  checkBoolean(resume, 'resume');
  const job = new Import(store, resume);
  let lines = 0;
  const settle = async (total?: number): Promise<void> => {
    await store.flushed({ signal });
    onProgress?.({ phase: 'import', done: lines, total });
  };
  for await (const text of linesIn(texts)) {
    try {
      job.take(text);
    } catch (error) {
      throw withLine(error, lines + 1);
    }
    if (++lines % LINES_PER_BATCH !== 0) continue;
    await settle();
    signal?.throwIfAborted();
  }
  job.finish();
  await settle(lines);
  const { messages, count } = job.streams;
  return { lines, entries: job.entries, messages, streams: count };
}
