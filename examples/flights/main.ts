// Three million flights, counted per route by workers that are killed while they work.
// `npm start` runs this; README.md and `--help` say with which options.

import { readOptions, USAGE } from './options.js';
import { InputProblem, messageOf } from './problem.js';
import { jsonReport, mismatchesOf, renderReport } from './report.js';
import { run } from './run.js';

const FAILED = 1;
const MISUSED = 2;

process.exitCode = await main(process.argv.slice(2));

/** Runs the program and gives its exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options.help) {
      console.log(USAGE);
      return 0;
    }
    const outcome = await run(options);
    console.log(options.json ? JSON.stringify(jsonReport(outcome)) : renderReport(outcome));
    return mismatchesOf(outcome) === 0 ? 0 : FAILED;
  } catch (error) {
    console.error(messageOf(error));
    return error instanceof InputProblem ? MISUSED : FAILED;
  }
}
