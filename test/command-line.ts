/**
 * The command lines of the programs under test/. Misuse ends in one line, the usage, exit code 2.
 */
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

const MISUSED = 2;

/** Says what is wrong and how it is done, and ends the program. */
export function misuse(usage: string, what: string): never {
  process.stderr.write(`${what}\n\n${usage}\n`);
  process.exit(MISUSED);
}

/** The options of this program. `--help` prints the usage and ends it. */
export function readOptions<O extends Options>(usage: string, options: O): Values<O> {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return misuse(usage, error instanceof Error ? error.message : String(error));
  }
}

/** The value of an option that takes a whole number from `least` on. */
export function wholeNumber(usage: string, name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  return misuse(usage, `--${name} takes a whole number from ${least} on, not '${text}'`);
}
