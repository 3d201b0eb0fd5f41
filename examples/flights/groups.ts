// A private table of groups: what a worker adds up before it touches the shared map, and what the
// plain loop adds up from beginning to end.

import { addRow, addValue, emptySums } from './sums.js';
import type { Sums } from './sums.js';
import type { Column } from './source/source.js';

/** The columns of a run of rows, split by their part in the job. */
export interface Rows {
  readonly by: readonly Column[];
  readonly measures: readonly Column[];
}

/** One step of a key: a tree of maps finds a group without gluing strings together per row. */
interface Level {
  readonly next: Map<string, Level>;
  sums: Sums | undefined;
}

/** Sums per group, found by the texts that name the group. */
export class Groups {
  private readonly root: Level = newLevel();
  private count = 0;

  constructor(private readonly measures: number) {}

  /** How many groups there are. */
  get size(): number {
    return this.count;
  }

  /** Adds rows `from` (inclusive) to `to` (exclusive). O(rows * (key columns + measures)). */
  addRows(rows: Rows, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      let level = this.root;
      for (const column of rows.by) level = this.step(level, textOf(column[row]));
      const sums = this.sumsOf(level);
      addRow(sums);
      for (let m = 0; m < rows.measures.length; m++) addValue(sums, m, rows.measures[m][row]);
    }
  }

  /** The sums of a group, or undefined when no row belonged to it. */
  get(key: readonly string[]): Sums | undefined {
    let level: Level | undefined = this.root;
    for (const text of key) level = level?.next.get(text);
    return level?.sums;
  }

  /** All groups, each once, in no particular order. */
  entries(): Generator<[key: string[], sums: Sums]> {
    return walk(this.root, []);
  }

  private step(level: Level, text: string): Level {
    const found = level.next.get(text);
    if (found !== undefined) return found;
    const made = newLevel();
    level.next.set(text, made);
    return made;
  }

  private sumsOf(level: Level): Sums {
    if (level.sums === undefined) {
      level.sums = emptySums(this.measures);
      this.count += 1;
    }
    return level.sums;
  }
}

function newLevel(): Level {
  return { next: new Map(), sums: undefined };
}

function* walk(level: Level, key: string[]): Generator<[string[], Sums]> {
  if (level.sums !== undefined) yield [key, level.sums];
  for (const [text, next] of level.next) yield* walk(next, [...key, text]);
}

/** A value as the name of a group. Missing values share one group, the empty text. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value, plainBigint) : String(value);
}

function plainBigint(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
