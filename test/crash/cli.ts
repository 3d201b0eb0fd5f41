// npm run crash: stops every operation before every store, recovers, and looks at what is left.

import { readOptions } from '../command-line.js';
import { findBuild } from '../mc/builds.js';
import { cases } from './cases/index.js';
import { loadProgram } from './program.js';
import { runCases } from './report.js';

const USAGE = `npm run crash -- [--json] [--only NAME] [--trace]
--only takes a part of the name of a case; --trace prints what went wrong step by step.`;

async function main(): Promise<void> {
  const { json, trace, only } = readOptions(USAGE, {
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    only: { type: 'string' },
  });
  const write = json ? process.stderr : process.stdout;
  const print = (line: string): void => { write.write(`${line}\n`); };
  const report = runCases(loadProgram(await findBuild('core')), cases, { trace, only, print });
  print(`${report.points} points and ${report.nested_points} in recoveries: ` +
    `${report.wrong} wrong, ${report.leaks} leaks, ${report.seconds.toFixed(1)} s`);
  if (report.points === 0) print('FAILED: no case has such a name');
  if (report.points === 0 || report.wrong + report.leaks > 0) process.exitCode = 1;
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
}

await main();
