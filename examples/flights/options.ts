// The command line.

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { InputProblem, messageOf } from './problem.js';

/** What to do, checked. */
export interface Options {
  readonly workers: number;
  readonly kill: number;
  readonly seed: number;
  /** Rows to take from the start of the file; Infinity for all. */
  readonly rows: number;
  /** The store's directory, which is kept; undefined for a temporary one. */
  readonly dir: string | undefined;
  /** No directory at all: the store ends with the process. */
  readonly memoryOnly: boolean;
  readonly json: boolean;
  readonly help: boolean;
  /** A file of the caller's and the column to count by, instead of the flights. */
  readonly file: { readonly path: string; readonly by: string } | undefined;
}

const MOST_WORKERS = 32;
const MOST_KILLS = 1000;

/** What --help prints. */
export const USAGE = `usage: npm start -- [options] [FILE --by COLUMN]

Counts three million flights per route: sources decode them into a stream, consumers add them up in
the map, and both are killed while they work. Then the store is closed, opened again from its
directory, and every route compared with a plain loop. At the end the same rows are moved against
the clock. FILE (.csv, .tsv, .jsonl, .ndjson, .parquet) is counted per value of COLUMN instead.

  --workers N   sources at a time, and as many consumers (1 to ${MOST_WORKERS}; default: one per
                core, 2 to 8)
  --kill N      workers to kill on the way (0 to ${MOST_KILLS}; default 8)
  --seed N      when they are killed (default 1)
  --rows N      rows to take from the start of the file (default: all)
  --dir D       keep the store in this new directory (default: a temporary one)
  --memory-only no directory: nothing is durable, nothing reopened
  --json        print one JSON value instead of the report
  --help        print this`;

const SPEC = {
  workers: { type: 'string' },
  kill: { type: 'string' },
  seed: { type: 'string' },
  rows: { type: 'string' },
  by: { type: 'string' },
  dir: { type: 'string' },
  'memory-only': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/**
 * Reads the arguments that follow the program's name.
 *
 * @throws InputProblem for an unknown option or a value out of range
 */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  return {
    workers: integer('workers', values.workers, defaultWorkers(), 1, MOST_WORKERS),
    kill: integer('kill', values.kill, 8, 0, MOST_KILLS),
    seed: integer('seed', values.seed, 1, 0, 2 ** 32 - 1),
    rows: integer('rows', values.rows, Infinity, 1, Number.MAX_SAFE_INTEGER),
    ...readPlace(values.dir, values['memory-only'] ?? false),
    json: values.json ?? false,
    help: values.help ?? false,
    file: readFile(positionals, values.by),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: SPEC, allowPositionals: true });
  } catch (error) {
    throw new InputProblem(`${messageOf(error)}\n\n${USAGE}`);
  }
}

function readFile(positionals: readonly string[], by: string | undefined): Options['file'] {
  const [path, ...more] = positionals;
  if (more.length > 0) throw new InputProblem(`one FILE at a time, not also: ${more.join(' ')}`);
  if (path !== undefined && by !== undefined) return { path, by };
  if (path !== undefined) throw new InputProblem(`${path}: say what to count with --by COLUMN`);
  if (by !== undefined) throw new InputProblem('--by needs a FILE to look for the column in');
  return undefined;
}

function readPlace(
  dir: string | undefined,
  memoryOnly: boolean,
): Pick<Options, 'dir' | 'memoryOnly'> {
  if (dir === '') throw new InputProblem('--dir needs the path of a directory');
  if (dir !== undefined && memoryOnly) throw new InputProblem('--dir or --memory-only, not both');
  return { dir, memoryOnly };
}

function integer(
  name: string,
  text: string | undefined,
  fallback: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `from ${least} to ${most}`;
  throw new InputProblem(`--${name} takes a whole number ${range}, not "${text}"`);
}

function defaultWorkers(): number {
  return Math.min(8, Math.max(2, availableParallelism()));
}
