// Child processes for set-up and build. Their output goes to stderr, because stdout belongs to
// the script that the user asked for (with --json it is exactly one JSON value).
import { spawnSync } from 'node:child_process';
import { ROOT } from './paths.mjs';

/** Prints a line of set-up or build text to stderr. */
export const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a program with its output on stderr; throws when it does not exit with 0. */
export function run(program, args, { cwd = ROOT, env = process.env } = {}) {
  const result = spawnSync(program, args, { cwd, env, stdio: ['ignore', 2, 2] });
  if (result.error) throw result.error;
  if (result.status === 0) return;
  throw new Error(`${[program, ...args].join(' ')} ended with ${result.status ?? result.signal}`);
}

/** Runs a JavaScript file with this Node; output and failure as for run. */
export const runNode = (args, options) => run(process.execPath, args, options);
