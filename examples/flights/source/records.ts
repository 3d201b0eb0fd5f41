// Cuts text into records without parsing them, so that each worker reads and parses its own bytes.
// In CSV (RFC 4180) a line break ends a record unless it stands in quotes, and it stands in quotes
// exactly when an odd number of quote characters came before it: doubled quotes keep the parity.

import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { fileProblem, wrongFormat } from '../problem.js';
import type { Task } from './source.js';

const CHUNK_BYTES = 1 << 20;
// A task is decoded whole, so this bounds what a worker holds in memory.
const MOST_TASK_BYTES = 1 << 24;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;

/** How to find the records, and how many to take. */
export interface Cut {
  /** First byte to look at; must be the first byte of a record. */
  readonly start: number;
  /** Whether quotes hide line breaks (CSV) or not (JSONL, where they are always escaped). */
  readonly quoted: boolean;
  /** A task is closed at the first record boundary after so many bytes. */
  readonly taskBytes: number;
  /** Records to take at most. */
  readonly limit: number;
}

/**
 * Cuts a run of bytes into tasks at record boundaries. Blank lines are not records. O(bytes).
 *
 * @param chunks consecutive bytes, the first of which is byte `cut.start` of the file
 */
export function cutRecords(chunks: Iterable<Uint8Array>, cut: Cut): Task[] {
  const tasks: Task[] = [];
  let at = cut.start;
  let start = at;
  let rows = 0;
  let left = cut.limit;
  let inQuotes = false;
  let blank = true;
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length && left > 0; i++) {
      const byte = chunk[i];
      if (byte === QUOTE && cut.quoted) inQuotes = !inQuotes;
      if (byte !== NEWLINE || inQuotes) {
        blank = blank && (byte === RETURN || (!cut.quoted && (byte === SPACE || byte === TAB)));
        continue;
      }
      if (blank) continue;
      blank = true;
      rows += 1;
      left -= 1;
      const end = at + i + 1;
      if (left > 0 && end - start < cut.taskBytes) continue;
      tasks.push({ start, end, rows });
      start = end;
      rows = 0;
    }
    if (left === 0) break;
    at += chunk.length;
  }
  // The last record need not end with a line break.
  if (left > 0 && !blank) rows += 1;
  if (rows > 0) tasks.push({ start, end: at, rows });
  return tasks;
}

/**
 * Reads a file piece by piece. Each piece is valid until the next one is asked for.
 *
 * @throws InputProblem when the file cannot be read, or holds a zero byte, which text never does
 */
export function* readText(path: string, start = 0): Generator<Uint8Array> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  const file = openText(path);
  try {
    for (let at = start; ; ) {
      const length = readAt(file, path, chunk, at);
      if (length === 0) return;
      const bytes = chunk.subarray(0, length);
      if (bytes.includes(0)) throw wrongFormat(path, 'it holds binary data');
      yield bytes;
      at += length;
    }
  } finally {
    closeSync(file);
  }
}

/** Reads the text between two byte positions. Throws `InputProblem` when it cannot. */
export function readRange(path: string, start: number, end: number): string {
  const bytes = Buffer.alloc(end - start);
  const file = openText(path);
  try {
    let length = 0;
    while (length < bytes.length) {
      const more = readAt(file, path, bytes.subarray(length), start + length);
      if (more === 0) throw fileProblem(path, new Error('the file became shorter'));
      length += more;
    }
  } finally {
    closeSync(file);
  }
  return bytes.toString('utf8');
}

function openText(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw fileProblem(path, error);
  }
}

function readAt(file: number, path: string, into: Uint8Array, at: number): number {
  try {
    return readSync(file, into, 0, into.length, at);
  } catch (error) {
    throw fileProblem(path, error);
  }
}

/**
 * How many bytes a task of a text file should have, so that about `wanted` tasks come out.
 *
 * @throws InputProblem when the file is missing
 */
export function bytesPerTask(path: string, wanted: number): number {
  try {
    return Math.min(MOST_TASK_BYTES, Math.ceil(statSync(path).size / wanted));
  } catch (error) {
    throw fileProblem(path, error);
  }
}
