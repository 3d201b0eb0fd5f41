// Reads CSV and TSV. The first record names the columns; csv-parse does the parsing, one task at a
// time.

import { CsvError, parse } from 'csv-parse/sync';
import { wrongFormat } from '../problem.js';
import { bytesPerTask, cutRecords, readRange, readText } from './records.js';
import type { Column, Schema, Source, Task } from './source.js';

// A column counts as numeric when every value in so many records from the start is a number.
const SAMPLE_RECORDS = 1000;

/** A CSV file, opened lazily: nothing is read before the first call. */
export class CsvSource implements Source {
  private header: { columns: string[]; end: number } | undefined;

  constructor(
    private readonly path: string,
    private readonly delimiter: string,
  ) {}

  async schema(): Promise<Schema> {
    const { columns, end } = this.readHeader();
    const [sample] = this.cut(end, Infinity, SAMPLE_RECORDS);
    const records = sample === undefined ? [] : this.records(sample.start, sample.end);
    const numeric = columns.filter((_, i) => holdsNumbers(records, i));
    return { columns, numeric };
  }

  async tasks(limit: number, wanted: number): Promise<Task[]> {
    const { end } = this.readHeader();
    return this.cut(end, bytesPerTask(this.path, wanted), limit);
  }

  async decode(task: Task, columns: readonly string[]): Promise<Column[]> {
    const header = this.readHeader();
    const records = this.records(task.start, task.end);
    if (records.length !== task.rows) {
      throw wrongFormat(this.path, 'quotes and line breaks do not agree');
    }
    return columns.map((name) => {
      const at = header.columns.indexOf(name);
      return records.map((record) => record[at]);
    });
  }

  private readHeader(): { columns: string[]; end: number } {
    if (this.header !== undefined) return this.header;
    const [first] = this.cut(0, 1, 1);
    if (first === undefined) throw wrongFormat(this.path, 'it is empty');
    const [columns = []] = this.parse(readRange(this.path, 0, first.end), 0, undefined);
    this.header = { columns, end: first.end };
    return this.header;
  }

  private cut(start: number, bytes: number, limit: number): Task[] {
    if (limit === 0) return [];
    const cut = { start, quoted: true, taskBytes: bytes, limit };
    return cutRecords(readText(this.path, start), cut);
  }

  private records(start: number, end: number): string[][] {
    const width = this.readHeader().columns.length;
    return this.parse(readRange(this.path, start, end), start, width);
  }

  private parse(text: string, start: number, width: number | undefined): string[][] {
    const { delimiter } = this;
    try {
      const records = parse(text, {
        delimiter,
        bom: start === 0,
        record_delimiter: ['\r\n', '\n'],
        skip_empty_lines: true,
      });
      const wrong = records.findIndex((record) => width !== undefined && record.length !== width);
      if (wrong === -1) return records;
      const fields = `${records[wrong]?.length} fields where the header has ${width}`;
      throw wrongFormat(this.path, `the record after ${wrong} others has ${fields}`);
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const line = this.lineOf(start) + Number(error['lines'] ?? 1) - 1;
      throw wrongFormat(this.path, `line ${line}: ${inWords(error.code)}`);
    }
  }

  /** The number of the line, from 1, that begins at a byte position. */
  private lineOf(start: number): number {
    return start === 0 ? 1 : readRange(this.path, 0, start).split('\n').length;
  }
}

/** A code such as CSV_QUOTE_NOT_CLOSED as words. */
function inWords(code: string): string {
  return code.replace(/^CSV_/, '').replaceAll('_', ' ').toLowerCase();
}

function holdsNumbers(records: string[][], column: number): boolean {
  const values = records.map((record) => record[column] ?? '').filter((value) => value !== '');
  return values.length > 0 && values.every((value) => Number.isFinite(Number(value)));
}
