import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutRecords } from '../../examples/flights/source/records.js';
import type { Cut } from '../../examples/flights/source/records.js';

const CSV = { start: 0, quoted: true, taskBytes: 1, limit: Infinity };
const JSONL = { ...CSV, quoted: false };

function cutText(text: string, cut: Cut, chunkBytes = 7) {
  const bytes = Buffer.from(text);
  const chunks = [];
  for (let at = cut.start; at < bytes.length; at += chunkBytes) {
    chunks.push(bytes.subarray(at, at + chunkBytes));
  }
  const tasks = cutRecords(chunks, cut);
  const pieces = tasks.map(({ start, end }) => bytes.subarray(start, end).toString());
  return { tasks, pieces };
}

test('a line break in quotes does not end a record', () => {
  const { pieces } = cutText('a,"x\ny"\nb,"say ""hi""\n"\nc,d', CSV);
  expect(pieces).toEqual(['a,"x\ny"\n', 'b,"say ""hi""\n"\n', 'c,d']);
});

test('a quote in JSONL hides nothing, because a line break in text is escaped there', () => {
  expect(cutText('{"a":"}\n{"b":1}\n', JSONL).pieces).toHaveLength(2);
});

test('blank lines are not records', () => {
  expect(cutText('\n\r\na\n\n\r\nb\n\n', CSV).tasks.map((task) => task.rows)).toEqual([1, 1]);
  expect(cutText('{}\n \t\r\n{}\n', JSONL).tasks.map((task) => task.rows)).toEqual([1, 1]);
});

test('a task is closed at the first record boundary after its bytes are full', () => {
  const { tasks } = cutText('aa\nbb\ncc\ndd\nee', { ...CSV, taskBytes: 4 });
  expect(tasks).toEqual([
    { start: 0, end: 6, rows: 2 },
    { start: 6, end: 12, rows: 2 },
    { start: 12, end: 14, rows: 1 },
  ]);
});

test('the limit ends the last task', () => {
  const { tasks } = cutText('aa\nbb\ncc\ndd\n', { ...CSV, taskBytes: 6, limit: 3 });
  expect(tasks).toEqual([
    { start: 0, end: 6, rows: 2 },
    { start: 6, end: 9, rows: 1 },
  ]);
});

test('the start is skipped and counted in positions', () => {
  const { tasks } = cutText('head\naa\n', { ...CSV, start: 5 });
  expect(tasks).toEqual([{ start: 5, end: 8, rows: 1 }]);
});

test('no bytes are no tasks', () => {
  expect(cutRecords([], CSV)).toEqual([]);
});

test('the pieces of any CSV hold the same records as the whole, however it is chunked', () => {
  const unit = fc.constantFrom('a', '"', ',', '\n', '\r\n', '\u00e9');
  const field = fc.string({ unit, maxLength: 5 });
  const quoted = field.map((text) => `"${text.replaceAll('"', '""')}"`);
  const records = fc.array(fc.array(quoted, { minLength: 2, maxLength: 2 }), { maxLength: 8 });
  const options = { record_delimiter: ['\r\n', '\n'], skip_empty_lines: true };
  fc.assert(
    fc.property(records, fc.nat(20), fc.integer({ min: 1, max: 9 }), (rows, taskBytes, chunk) => {
      const text = rows.map((row) => `${row.join(',')}\n`).join('');
      const { tasks, pieces } = cutText(text, { ...CSV, taskBytes }, chunk);
      const parsed = pieces.map((piece) => parse(piece, options));
      expect(parsed.map((piece) => piece.length)).toEqual(tasks.map((task) => task.rows));
      expect(parsed.flat()).toEqual(parse(text, options));
    }),
  );
});
