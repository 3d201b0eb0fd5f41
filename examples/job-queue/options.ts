// The command line.

import { parseArgs } from 'node:util';

/** What to do, checked. */
export interface Options {
  readonly jobs: number;
  readonly workers: number;
  /** Milliseconds from one kill to the next. */
  readonly killEvery: number;
  /** Where the store lives; in memory without it. */
  readonly dir: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** The arguments are not what the program takes. The message is for the user. */
export class UsageProblem extends Error {}

const MOST_JOBS = 500_000;
const MOST_WORKERS = 8;
const MOST_MS = 600_000;

/** What --help prints. */
export const USAGE = `usage: npm run example:queue -- [options]

A job queue without a server: a stream of jobs, a group of workers, and results that are committed
together with the group's place in the stream. Workers are killed all the time; with --dir the
whole process may be killed, too, and started again. In the end every job was done exactly once.

  --jobs N          jobs in all (1 to ${MOST_JOBS}; default 20000)
  --workers N       workers at a time (1 to ${MOST_WORKERS}; default 4)
  --kill-every MS   milliseconds between two kills (50 or more; default 250)
  --dir D           keeps the queue in this directory, and goes on with what is there
  --json            print one JSON value instead of the report
  --help            print this`;

const SPEC = {
  jobs: { type: 'string' },
  workers: { type: 'string' },
  'kill-every': { type: 'string' },
  dir: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/**
 * Reads the arguments that follow the program's name.
 *
 * @throws UsageProblem for an unknown option or a value out of range
 */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  return {
    jobs: integer('jobs', values.jobs, 20_000, 1, MOST_JOBS),
    workers: integer('workers', values.workers, 4, 1, MOST_WORKERS),
    killEvery: integer('kill-every', values['kill-every'], 250, 50, MOST_MS),
    dir: values.dir,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: SPEC }).values;
  } catch (error) {
    throw new UsageProblem(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function integer(
  name: string, text: string | undefined, fallback: number, least: number, most: number,
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageProblem(`--${name} takes a whole number from ${least} to ${most}, not "${text}"`);
}
