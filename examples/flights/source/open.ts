// Chooses the reader by the name of the file. Each reader then checks that the content agrees.

import { extname } from 'node:path';
import { InputProblem } from '../problem.js';
import { CsvSource } from './csv.js';
import { JsonlSource } from './jsonl.js';
import { openParquet } from './parquet.js';
import type { Source } from './source.js';

const ENDINGS = '.csv, .tsv, .jsonl, .ndjson or .parquet';

/**
 * Opens a file of rows.
 *
 * @param path a name that ends in .csv, .tsv, .jsonl, .ndjson or .parquet
 * @throws InputProblem when the ending is unknown, or the file is missing, unreadable or of another
 *   format than its name says
 */
export async function openSource(path: string): Promise<Source> {
  switch (extname(path).toLowerCase()) {
    case '.parquet':
      return await openParquet(path);
    case '.csv':
      return new CsvSource(path, ',');
    case '.tsv':
      return new CsvSource(path, '\t');
    case '.jsonl':
    case '.ndjson':
      return new JsonlSource(path);
    default:
      throw new InputProblem(`${path}: the name must end in ${ENDINGS}`);
  }
}
