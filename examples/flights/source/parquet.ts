// Reads Parquet through hyparquet. A task lies inside one row group, because a column chunk with a
// single page (as in flights-3m.parquet) has to be decoded whole, however few of its rows are used.

import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
} from 'hyparquet';
import type { AsyncBuffer, FileMetaData, ParquetScan, SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { fileProblem, messageOf, wrongFormat } from '../problem.js';
import type { Column, Schema, Source, Task } from './source.js';

const MAGIC = 'PAR1';
// Magic, an empty footer, the footer's length and magic again.
const LEAST_BYTES = 12;

/**
 * Opens a Parquet file and reads its footer.
 *
 * @throws InputProblem when the file is missing, unreadable or not Parquet
 */
export async function openParquet(path: string): Promise<Source> {
  let file: AsyncBuffer;
  let head: ArrayBuffer;
  try {
    file = await asyncBufferFromFile(path);
    head = await file.slice(0, Math.min(file.byteLength, MAGIC.length));
  } catch (error) {
    throw fileProblem(path, error);
  }
  if (Buffer.from(head).toString('latin1') !== MAGIC) {
    throw wrongFormat(path, `a Parquet file begins with "${MAGIC}"`);
  }
  if (file.byteLength < LEAST_BYTES) throw wrongFormat(path, 'the file is cut short');
  try {
    const metadata = await parquetMetadataAsync(file);
    return new ParquetSource(path, metadata, await parquetScan({ file, metadata, compressors }));
  } catch (error) {
    throw wrongFormat(path, messageOf(error));
  }
}

class ParquetSource implements Source {
  constructor(
    private readonly path: string,
    private readonly metadata: FileMetaData,
    private readonly scan: ParquetScan,
  ) {}

  async schema(): Promise<Schema> {
    const elements = parquetSchema(this.metadata).children.map((child) => child.element);
    return {
      columns: elements.map((element) => element.name),
      numeric: elements.filter(isNumeric).map((element) => element.name),
    };
  }

  async tasks(limit: number, wanted: number): Promise<Task[]> {
    const groups = rowGroups(this.metadata, limit);
    // More pieces than row groups mean that a group is decoded more than once, so a group is cut
    // only when there would otherwise be workers with nothing to do.
    const pieces = Math.max(1, Math.ceil(wanted / Math.max(1, groups.length)));
    return groups.flatMap((group) => cut(group, pieces));
  }

  async decode(task: Task, columns: readonly string[]): Promise<Column[]> {
    const range = { rowStart: task.start, rowEnd: task.start + task.rows };
    try {
      return await Promise.all(
        columns.map((column) => this.scan.readColumn({ column, ...range })),
      );
    } catch (error) {
      throw wrongFormat(this.path, `rows ${task.start} to ${task.end}: ${messageOf(error)}`);
    }
  }
}

/** The row groups that hold the first `limit` rows; the last one is shortened to fit. */
function rowGroups(metadata: FileMetaData, limit: number): Task[] {
  const groups: Task[] = [];
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = Math.min(start + Number(group.num_rows), limit);
    if (end > start) groups.push({ start, end, rows: end - start });
    start += Number(group.num_rows);
  }
  return groups;
}

/** Cuts a task into pieces of nearly equal size, none of them empty. */
function cut(task: Task, pieces: number): Task[] {
  const parts: Task[] = [];
  const count = Math.min(pieces, task.rows);
  for (let i = 0; i < count; i++) {
    const start = task.start + Math.floor((task.rows * i) / count);
    const end = task.start + Math.floor((task.rows * (i + 1)) / count);
    parts.push({ start, end, rows: end - start });
  }
  return parts;
}

/** Whether a column holds plain numbers: dates and times are stored as integers but are not. */
function isNumeric(element: SchemaElement): boolean {
  if (element.converted_type === 'DECIMAL') return true;
  if (element.logical_type !== undefined && element.logical_type.type !== 'INTEGER') return false;
  const converted = element.converted_type;
  if (converted !== undefined && !/^U?INT_/.test(converted)) return false;
  return ['INT32', 'INT64', 'FLOAT', 'DOUBLE'].includes(element.type ?? '');
}
