// npm run crash: stops every operation before every store, recovers, and looks at what is left.

import { misuse, readOptions } from '../command-line.js';
import { findBuild } from '../mc/builds.js';
import { loadProgram } from './program.js';
import { runInThreads } from './threads.js';

const USAGE = `npm run crash -- [--quick | --long] [--json] [--only NAME] [--trace]
--quick plays what npm test plays, --long ten times as much. --only takes a part of the name of a
case; --trace prints every store at which it was stopped.`;

async function main(): Promise<void> {
  const { json, trace, only, quick, long } = readOptions(USAGE, {
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    only: { type: 'string' },
  });
  if (quick && long) misuse(USAGE, 'Either --quick or --long');
  const form = quick ? 'quick' : long ? 'long' : 'full';
  const write = json ? process.stderr : process.stdout;
  const print = (line: string): void => { write.write(`${line}\n`); };
  const report = await runInThreads(loadProgram(await findBuild('core')), form, {
    trace, only, print,
  });
  print(`${report.cases} cases, ${report.left_out} left out; ${report.points} points, which ` +
    `leave ${report.images} images, and ${report.nested_points} in recoveries: ` +
    `${report.wrong} wrong, ${report.leaks} leaks, ${report.seconds.toFixed(1)} s`);
  if (report.points === 0) print('FAILED: no case has such a name');
  if (report.points === 0 || report.wrong + report.leaks > 0) process.exitCode = 1;
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
}

await main();
