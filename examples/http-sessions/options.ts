// The command line.

import { parseArgs } from 'node:util';

/** What to do, checked. */
export interface Options {
  readonly seconds: number;
  readonly workers: number;
  /** Milliseconds from one kill to the next. */
  readonly killEvery: number;
  readonly seed: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** The arguments are not what the program takes. The message is for the user. */
export class UsageProblem extends Error {}

const MOST_SECONDS = 600;
const MOST_WORKERS = 32;

/** What --help prints. */
export const USAGE = `usage: npm run example:http -- [options]

An HTTP server whose workers share sessions and rate limits in one map. A worker is killed every
second under load; every answer is checked.

  --seconds N       how long the load lasts (1 to ${MOST_SECONDS}; default 10)
  --workers N       workers at a time (1 to ${MOST_WORKERS}; default 4)
  --kill-every MS   milliseconds between two kills (50 or more; default 1000)
  --seed N          who is killed, and which sessions are visited (default 1)
  --json            print one JSON value instead of the report
  --help            print this`;

const SPEC = {
  seconds: { type: 'string' },
  workers: { type: 'string' },
  'kill-every': { type: 'string' },
  seed: { type: 'string' },
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
    seconds: integer('seconds', values.seconds, 10, 1, MOST_SECONDS),
    workers: integer('workers', values.workers, 4, 1, MOST_WORKERS),
    killEvery: integer('kill-every', values['kill-every'], 1000, 50, MOST_SECONDS * 1000),
    seed: integer('seed', values.seed, 1, 0, 2 ** 32 - 1),
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
