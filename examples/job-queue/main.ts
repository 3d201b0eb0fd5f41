// A job queue that survives its workers, and with --dir its process. `npm run example:queue` runs
// this; `--help` says with which options.

import { readOptions, UsageProblem, USAGE } from './options.js';
import { jsonReport, renderReport } from './report.js';
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
    const outcome = await run(options, (done, jobs) => {
      process.stderr.write(`${done} of ${jobs} jobs done\n`);
    });
    console.log(options.json ? JSON.stringify(jsonReport(outcome)) : renderReport(outcome));
    return outcome.verdict.wrong.length === 0 ? 0 : FAILED;
  } catch (error) {
    console.error(error instanceof UsageProblem ? error.message : error);
    return error instanceof UsageProblem ? MISUSED : FAILED;
  }
}
