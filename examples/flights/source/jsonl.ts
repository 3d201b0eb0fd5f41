// Reads JSON Lines: one JSON object a line. The columns are the keys of all objects together.

import { wrongFormat } from '../problem.js';
import { bytesPerTask, cutRecords, readRange, readText } from './records.js';
import type { Column, Schema, Source, Task } from './source.js';

type Row = Readonly<Record<string, unknown>>;
/** What the values of a column have been so far, nulls apart. */
type Kind = 'empty' | 'numeric' | 'mixed';

// The same characters that cutRecords holds to be blank, or the two would count differently.
const BLANK = /^[ \t\r]*$/;

/** A JSONL file, opened lazily: nothing is read before the first call. */
export class JsonlSource implements Source {
  constructor(private readonly path: string) {}

  /** Parses the whole file, because any line may bring a key of its own. */
  async schema(): Promise<Schema> {
    const kinds = new Map<string, Kind>();
    for (const task of await this.tasks(Infinity, 1)) {
      for (const row of this.rows(task)) {
        for (const [name, value] of Object.entries(row)) {
          const kind = kinds.get(name) ?? 'empty';
          kinds.set(name, value === null ? kind : kindOf(value, kind));
        }
      }
    }
    const columns = [...kinds.keys()];
    return { columns, numeric: columns.filter((name) => kinds.get(name) === 'numeric') };
  }

  async tasks(limit: number, wanted: number): Promise<Task[]> {
    const taskBytes = bytesPerTask(this.path, wanted);
    return cutRecords(readText(this.path), { start: 0, quoted: false, taskBytes, limit });
  }

  async decode(task: Task, columns: readonly string[]): Promise<Column[]> {
    const rows = [...this.rows(task)];
    return columns.map((name) => rows.map((row) => valueOf(row, name)));
  }

  private *rows(task: Task): Generator<Row> {
    for (const line of readRange(this.path, task.start, task.end).split('\n')) {
      if (!BLANK.test(line)) yield this.parse(line);
    }
  }

  private parse(line: string): Row {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw wrongFormat(this.path, `"${excerpt(line)}" is not JSON`);
    }
    if (!isRow(value)) throw wrongFormat(this.path, `"${excerpt(line)}" is not a JSON object`);
    return value;
  }
}

function kindOf(value: unknown, before: Kind): Kind {
  return typeof value === 'number' && before !== 'mixed' ? 'numeric' : 'mixed';
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A missing key is a missing value, also where every object inherits something of that name. */
function valueOf(row: Row, name: string): unknown {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

/** The start of a line, short enough for a message. */
function excerpt(line: string): string {
  const MOST = 40;
  const text = line.trim();
  return text.length > MOST ? `${text.slice(0, MOST)}...` : text;
}
