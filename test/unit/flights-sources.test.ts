import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fileJob, flightsJob } from '../../examples/flights/job.js';
import { InputProblem } from '../../examples/flights/problem.js';
import { openSource } from '../../examples/flights/source/open.js';

const folder = mkdtempSync(join(tmpdir(), 'flights-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The columns of a whole file, read task by task. */
async function read(path: string, columns: string[], wanted: number, limit = Infinity) {
  const source = await openSource(path);
  const values: unknown[][] = columns.map(() => []);
  for (const task of await source.tasks(limit, wanted)) {
    const decoded = await source.decode(task, columns);
    decoded.forEach((column, at) => {
      expect(column).toHaveLength(task.rows);
      values[at].push(...Array.from(column));
    });
  }
  return values;
}

async function schemaOf(path: string) {
  return (await openSource(path)).schema();
}

/** Opens a file, reads it to the end, and gives the message of the problem met on the way. */
async function problemOf(path: string): Promise<string> {
  try {
    const { columns } = await schemaOf(path);
    await read(path, [...columns], 1);
  } catch (error) {
    expect(error).toBeInstanceOf(InputProblem);
    return (error as InputProblem).message;
  }
  throw new Error(`${path} was read without a problem`);
}

describe('CSV', () => {
  const text = '\ufeffname,size,note\r\n"a, b",1,"x\r\ny"\r\n\r\nc,2.5,\r\nd,,"say ""z"""';

  test.each([1, 2, 3, 100])('is read in about %d tasks', async (wanted) => {
    const path = write('good.csv', text);
    const [names, notes] = await read(path, ['name', 'note'], wanted);
    expect(names).toEqual(['a, b', 'c', 'd']);
    expect(notes).toEqual(['x\r\ny', '', 'say "z"']);
  });

  test('says its columns and which of them are numeric', async () => {
    const path = write('good.csv', text);
    expect(await schemaOf(path)).toEqual({ columns: ['name', 'size', 'note'], numeric: ['size'] });
  });

  test('gives the first rows alone', async () => {
    expect(await read(write('good.csv', text), ['size'], 1, 2)).toEqual([['1', '2.5']]);
  });

  test('with a header alone has no tasks', async () => {
    const source = await openSource(write('header.csv', 'a,b\n'));
    expect(await source.tasks(Infinity, 4)).toEqual([]);
    expect(await source.schema()).toEqual({ columns: ['a', 'b'], numeric: [] });
  });

  test('may be separated by tabs', async () => {
    expect(await read(write('good.tsv', 'a\tb\n1,5\t2\n'), ['a'], 1)).toEqual([['1,5']]);
  });

  test.each([
    ['ragged.csv', 'a,b\n1,2\n3\n', 'line 3: record inconsistent fields length'],
    ['narrow.csv', 'a,b\n1\n2\n', '1 fields where the header has 2'],
    ['open.csv', 'a,b\n"1,2\n', 'line 2: quote not closed'],
    ['html.csv', '<a b="1">\n', 'line 1: invalid opening quote'],
    ['empty.csv', '', 'it is empty'],
    ['binary.csv', 'PAR1\0\0', 'it holds binary data'],
  ])('%s is refused', async (name, content, reason) => {
    const message = await problemOf(write(name, content));
    expect(message).toContain(`${name} is not what its name says: `);
    expect(message).toContain(reason);
  });
});

describe('JSONL', () => {
  const text = '{"a":"x","n":1}\n\n  {"a":"y","n":2,"constructor":null}\r\n{"n":null,"b":"3"}';

  test.each([1, 2, 100])('is read in about %d tasks', async (wanted) => {
    const columns = await read(write('good.jsonl', text), ['a', 'n', 'constructor'], wanted);
    expect(columns).toEqual([
      ['x', 'y', undefined],
      [1, 2, null],
      [undefined, null, undefined],
    ]);
  });

  test('has the columns of all its objects together', async () => {
    expect(await schemaOf(write('good.ndjson', text))).toEqual({
      columns: ['a', 'n', 'constructor', 'b'],
      numeric: ['n'],
    });
  });

  test.each([
    ['csv.jsonl', 'origin,destination\n', '"origin,destination" is not JSON'],
    ['array.jsonl', '[1,2]\n', '"[1,2]" is not a JSON object'],
    ['long.jsonl', `${'x'.repeat(99)}\n`, `"${'x'.repeat(40)}..." is not JSON`],
    ['binary.jsonl', 'PAR1\0\0', 'it holds binary data'],
  ])('%s is refused', async (name, content, reason) => {
    expect(await problemOf(write(name, content))).toContain(`is not what its name says: ${reason}`);
  });
});

describe('Parquet', () => {
  const { path, by, measures } = flightsJob();

  test('the flights come in row groups, whole while there are enough of them', async () => {
    const tasks = await (await openSource(path)).tasks(Infinity, 8);
    expect(tasks).toHaveLength(11);
    expect(tasks.reduce((sum, task) => sum + task.rows, 0)).toBe(3_000_000);
    tasks.forEach((task, at) => expect(task.start).toBe(at === 0 ? 0 : tasks[at - 1].end));
  });

  test('row groups are cut when there are more workers', async () => {
    const tasks = await (await openSource(path)).tasks(300_000, 4);
    expect(tasks.map(({ start, end }) => [start, end])).toEqual([
      [0, 136_363],
      [136_363, 272_727],
      [272_727, 286_363],
      [286_363, 300_000],
    ]);
  });

  test('no piece is empty', async () => {
    const tasks = await (await openSource(path)).tasks(3, 8);
    expect(tasks.map((task) => task.rows)).toEqual([1, 1, 1]);
  });

  test('a piece of a row group holds the same rows as that part of the whole', async () => {
    const source = await openSource(path);
    const columns = [...by, ...measures];
    const whole = await source.decode({ start: 0, end: 2000, rows: 2000 }, columns);
    const piece = await source.decode({ start: 1500, end: 1600, rows: 100 }, columns);
    expect(whole.map((column) => column[0])).toEqual(['LAS', 'PHL', 33n, 2176n]);
    expect(piece).toEqual(whole.map((column) => Array.from(column).slice(1500, 1600)));
  });

  test('dates are not numeric', async () => {
    expect(await schemaOf(path)).toEqual({
      columns: ['date', 'delay', 'distance', 'origin', 'destination'],
      numeric: ['delay', 'distance'],
    });
  });

  test.each([
    ['text.parquet', 'a,b\n1,2\n3,4\n'],
    ['empty.parquet', ''],
    ['short.parquet', 'PAR1'],
    ['cut.parquet', `PAR1${'x'.repeat(100)}`],
    ['garbled.parquet', `PAR1${'x'.repeat(100)}\x20\0\0\0PAR1`],
  ])('%s is refused', async (name, content) => {
    expect(await problemOf(write(name, content))).toContain('is not what its name says: ');
  });
});

describe('any file', () => {
  test.each(['gone.csv', 'gone.jsonl', 'gone.parquet'])('%s is missing', async (name) => {
    expect(await problemOf(join(folder, name))).toBe(`no such file: ${join(folder, name)}`);
  });

  test('of an unknown kind is refused', async () => {
    expect(await problemOf(write('a.txt', 'a'))).toContain('the name must end in .csv, .tsv');
  });

  test('a missing column is named beside those there are', async () => {
    const path = write('columns.csv', 'a,b\n1,2\n');
    const schema = await schemaOf(path);
    expect(() => fileJob(path, 'c', schema)).toThrow(`no column "c" in ${path}; its columns: a, b`);
    expect(fileJob(path, 'b', schema)).toEqual({
      path, kind: 'value', by: ['b'], measures: ['a'], whole: false,
    });
  });
});
