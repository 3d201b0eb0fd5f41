// Exports and imports: what comes back, what is refused and where, and going on after an end.

import { describe, expect, test } from 'vitest';
import { MillraceError } from 'millrace';
import type { Key, OpenOptions, Store } from 'millrace';
import { exportStore, importInto } from 'millrace/ops';
import type { ExportOptions, LineError } from 'millrace/ops';
import { newDirectory, opened } from '../files/support.js';

const MIB = 1024 * 1024;
const SMALL = { maxMemory: 8 * MIB, slots: 8 };

const memory = <K = Key, V = unknown>(options?: OpenOptions<K, V>): Promise<Store<K, V>> =>
  opened<K, V>(newDirectory(), { ...SMALL, ...options });

async function textOf<K, V>(store: Store<K, V>, options?: ExportOptions<K>): Promise<string> {
  let text = '';
  for await (const line of exportStore(store, options)) text += line;
  return text;
}

const KEYS: Key[] = [
  '', 'text', '\u{1F600}', 7, -0.5, -0, Infinity, -Infinity, 12n, -(2n ** 80n), true, false, null,
  new Uint8Array([0, 255]), ['user', 7, new Uint8Array([1]), 5n, null],
];

function messagesOf(store: Store<Key, unknown>, name: string): [number, string][][] {
  const stream = store.stream(name);
  return Array.from({ length: stream.partitions }, (_, partition) =>
    Array.from(stream.peek(partition), ({ offset, bytes }) =>
      [offset, Buffer.from(bytes).toString('hex')]));
}

/** A stream with groups that have come to different places. */
function withStreams(store: Store<Key, unknown>): void {
  const jobs = store.createStream('jobs', { partitions: 3 });
  store.createStream('rows', { rowBytes: 8 }).push(new Uint8Array([1, 2, 3, 4, 250, 6, 7, 8]));
  for (let i = 0; i < 30; i++) jobs.push(Buffer.from(`message ${i}`), { partition: i % 3 });
  jobs.push(new Uint8Array([0xff, 0]), { partition: 0 });
  jobs.push(new Uint8Array(0), { partition: 0 });
  jobs.placeGroup('fast', [10, 5, 0]);
  jobs.placeGroup('slow', [4, 0, 0]);
}

describe('export and import', () => {
  test('bring every kind of key and value back', async () => {
    const store = await memory();
    KEYS.forEach((key, i) => store.put(key, { i, text: 'line\nbreak', deep: [null, 1.5] }));
    const text = await textOf(store);
    const copy = await memory();
    expect(await importInto(copy, [text])).toEqual(
      { lines: KEYS.length + 2, entries: KEYS.length, messages: 0, streams: 0 });
    expect([...copy.entries()]).toEqual([...store.entries()]);
    expect(await textOf(copy)).toBe(text);
  });

  test('bring bytes back as bytes, and text as text', async () => {
    const bytes = { keyEncoding: 'binary', valueEncoding: 'binary' } as const;
    const store = await memory<Uint8Array, Uint8Array>(bytes);
    store.put(new Uint8Array([3, 0]), new Uint8Array([255, 254]));
    store.put(new Uint8Array(0), new Uint8Array(0));
    const copy = await memory<Uint8Array, Uint8Array>(bytes);
    await importInto(copy, [await textOf(store)]);
    expect([...copy.entries()]).toEqual([...store.entries()]);
    const texts = { keyEncoding: 'utf8', valueEncoding: 'utf8' } as const;
    const one = await memory<string, string>(texts);
    one.put('\ufeffkey', 'value\u2028');
    const other = await memory<string, string>(texts);
    await importInto(other, [await textOf(one)]);
    expect([...other.entries()]).toEqual([['\ufeffkey', 'value\u2028']]);
  });

  test('bring streams, messages and the places of groups back', async () => {
    const store = await memory();
    withStreams(store);
    const text = await textOf(store);
    const copy = await memory();
    expect(await importInto(copy, [text])).toMatchObject({ messages: 33, streams: 2 });
    expect(copy.streams()).toEqual(['jobs', 'rows']);
    const lags = (one: Store<Key, unknown>): unknown =>
      ['fast', 'slow'].map((group) => one.stream('jobs').lag(group));
    expect(lags(copy)).toEqual(lags(store));
    expect(copy.stream('jobs').offsets('fast')).toEqual([10, 5, 0]);
    const contents = (one: Store<Key, unknown>): unknown =>
      messagesOf(one, 'jobs').map((partition) => partition.map(([, bytes]) => bytes));
    expect(contents(copy)).toEqual(contents(store));
    expect(messagesOf(copy, 'rows')).toEqual([[[0, '01020304fa060708']]]);
    expect(copy.check()).toMatchObject({ ok: true, streams: { messages: 33 } });
  });

  test('number messages anew where the oldest are gone', async () => {
    const store = await memory();
    const stream = store.createStream('s', { capacity: 4096 });
    for (let i = 0; i < 8; i++) stream.push(Buffer.alloc(400, i));
    stream.placeGroup('g', [5]);
    const [[[first]]] = messagesOf(store, 's');
    expect(first).toBe(4);
    const copy = await memory();
    await importInto(copy, [await textOf(store)]);
    expect(copy.stream('s').offsets('g')).toEqual([1]);
    expect(copy.stream('s').lag('g')).toBe(3);
  });

  test('take a range, or streams by name, alone', async () => {
    const store = await memory();
    withStreams(store);
    for (let i = 0; i < 10; i++) store.put(i, i);
    const range = await textOf(store, { range: { gte: 3, lt: 5 } });
    expect(range.split('\n').slice(1, -2)).toEqual(['{"key":3,"value":3}', '{"key":4,"value":4}']);
    const rows = await textOf(store, { streams: ['rows'] });
    expect(rows.split('\n').slice(1, -2)).toHaveLength(3);
    const nothing = await textOf(store, { streams: [] });
    expect(nothing.split('\n')).toHaveLength(3);
  });

  test('take lines however they were cut', async () => {
    const store = await memory();
    store.put('k', '\u{1F600}\u00e9');
    const bytes = Buffer.from(await textOf(store));
    const copy = await memory();
    await importInto(copy, Array.from(bytes, (byte) => new Uint8Array([byte])));
    expect(copy.get('k')).toBe('\u{1F600}\u00e9');
  });
});

const HEADER = '{"millrace":"export","version":1,"keyEncoding":"ordered","valueEncoding":"json"}';
const STREAM = '{"stream":"s","partitions":1,"rowBytes":0,"capacity":4096,"groups":["g"]}';
const MESSAGE = '{"stream":"s","partition":0,"index":0,"message":"m"}';
const END = '{"end":true,"entries":0,"messages":0}';

const REFUSED: [what: string, code: string, line: number | undefined, lines: string[]][] = [
  ['no JSON', 'ENCODING', 2, [HEADER, '{']],
  ['no object', 'ENCODING', 1, ['[]']],
  ['fields of nothing', 'ENCODING', 2, [HEADER, '{"a":1}']],
  ['an entry without a value', 'ENCODING', 2, [HEADER, '{"key":1}']],
  ['a stream of no partitions', 'ENCODING', 2, [HEADER, STREAM.replace('":1', '":0')]],
  ['no first line', 'ENCODING', 1, ['{"key":1,"value":1}']],
  ['two first lines', 'ENCODING', 2, [HEADER, HEADER]],
  ['a later version', 'LAYOUT_MISMATCH', 1, [HEADER.replace('1', '2')]],
  ['another encoding', 'ENCODING', 1, [HEADER.replace('ordered', 'utf8')]],
  ['an object as key', 'ENCODING', 3,
    [HEADER, '{"key":1,"value":1}', '{"key":{"a":1},"value":1}']],
  ['bytes that are no base64', 'ENCODING', 2, [HEADER, '{"key":{"$base64":"?"},"value":1}']],
  ['a message of no stream', 'ENCODING', 2, [HEADER, MESSAGE]],
  ['a message that is missing', 'ENCODING', 3,
    [HEADER, STREAM, MESSAGE.replace('":0,"m', '":1,"m')]],
  ['a message of no partition', 'ENCODING', 3, [HEADER, STREAM, MESSAGE.replace('n":0', 'n":1')]],
  ['a message that is none', 'ENCODING', 3, [HEADER, STREAM, MESSAGE.replace('"m"', '7')]],
  ['a group beyond its stream', 'ENCODING', 3, [HEADER, STREAM, '{"stream":"s","had":{"g":[1]}}']],
  ['a stream that is there', 'STREAM_MISMATCH', 3, [HEADER, STREAM, STREAM]],
  ['another number of lines', 'ENCODING', 3, [HEADER, '{"key":1,"value":1}', END]],
  ['a line behind the last', 'ENCODING', 3, [HEADER, END, '{"key":1,"value":1}']],
  ['no last line', 'ENCODING', undefined, [HEADER, '{"key":1,"value":1}']],
  ['a key that is too long', 'KEY_TOO_LARGE', 2,
    [HEADER, JSON.stringify({ key: 'k'.repeat(5000), value: 1 })]],
];

describe('an import', () => {
  test.each(REFUSED)('refuses %s', async (_, code, line, lines) => {
    const store = await memory();
    const error = await importInto(store, [lines.join('\n')])
      .then(() => undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MillraceError);
    expect((error as LineError).code).toBe(code);
    expect((error as LineError).line).toBe(line);
  });

  test('goes on where it ended', async () => {
    const store = await memory();
    withStreams(store);
    for (let i = 0; i < 2000; i++) store.put(i, i);
    const text = await textOf(store);
    const lines = text.split('\n');
    for (const end of [1500, 2003, 2020, lines.length - 4]) {
      const copy = await memory();
      const reports: number[] = [];
      const cut = importInto(copy, [lines.slice(0, end).join('\n')],
        { onProgress: ({ done }) => reports.push(done) });
      await expect(cut).rejects.toMatchObject({ code: 'ENCODING' });
      expect(reports[0]).toBe(512);
      await importInto(copy, [text], { resume: true });
      expect(await textOf(copy)).toBe(text);
      expect(copy.check()).toMatchObject({ ok: true, keys: 2000, streams: { messages: 33 } });
      expect(copy.stream('jobs').lag('fast')).toBe(store.stream('jobs').lag('fast'));
    }
  });

  test('ends with the reason of its signal', async () => {
    const store = await memory();
    for (let i = 0; i < 2000; i++) store.put(i, i);
    const reason = new Error('enough');
    const stop = new AbortController();
    const ended = textOf(store, { signal: stop.signal, onProgress: () => stop.abort(reason) });
    await expect(ended).rejects.toBe(reason);
    await expect(textOf(store, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const text = await textOf(store);
    const copy = await memory();
    const again = new AbortController();
    const cut = importInto(copy, [text],
      { signal: again.signal, onProgress: () => again.abort(reason) });
    await expect(cut).rejects.toBe(reason);
    expect(copy.check().keys).toBe(512 - 1);
  });

  test('refuses codecs and wrong options', async () => {
    const codec = {
      maxBytes: () => 1, encodeInto: () => 0, decode: () => undefined,
    };
    const store = await memory({ valueEncoding: codec });
    await expect(textOf(store)).rejects.toBeInstanceOf(TypeError);
    const plain = await memory();
    await expect(importInto(plain, [], { resume: 1 } as never)).rejects.toBeInstanceOf(TypeError);
    await expect(importInto(plain, [], { fast: true } as never)).rejects.toBeInstanceOf(TypeError);
    await expect(textOf(plain, { signal: 1 } as never)).rejects.toBeInstanceOf(TypeError);
    await expect(textOf(plain, { onProgress: 1 } as never)).rejects.toBeInstanceOf(TypeError);
    await expect(textOf(plain, { streams: ['none'] })).rejects
      .toMatchObject({ code: 'STREAM_NOT_FOUND' });
  });
});
