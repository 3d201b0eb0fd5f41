// npm run crash: stops every operation before every store, recovers, and looks at what is left.
// Options: --json, --only NAME (part of a case's name), --trace.

import { findBuild } from '../mc/builds.js';
import { cases } from './cases/index.js';
import { loadProgram } from './program.js';
import { runCases } from './report.js';

interface Arguments {
  readonly json: boolean;
  readonly trace: boolean;
  readonly only: string | undefined;
}

function parse(words: readonly string[]): Arguments {
  let only: string | undefined;
  const flags = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--only') {
      only = words[++i];
      if (only === undefined) throw new TypeError('--only needs a part of a name');
    } else if (words[i] === '--json' || words[i] === '--trace') {
      flags.add(words[i]);
    } else {
      throw new TypeError(`unknown option ${words[i]}`);
    }
  }
  return { json: flags.has('--json'), trace: flags.has('--trace'), only };
}

async function main(): Promise<void> {
  const args = parse(process.argv.slice(2));
  const write = args.json ? process.stderr : process.stdout;
  const print = (line: string): void => { write.write(`${line}\n`); };
  const report = runCases(loadProgram(await findBuild('core')), cases, { ...args, print });
  print(`${report.points} points and ${report.nested_points} in recoveries: ` +
    `${report.wrong} wrong, ${report.leaks} leaks, ${report.seconds.toFixed(1)} s`);
  if (report.points === 0) print('FAILED: no case has such a name');
  if (report.points === 0 || report.wrong + report.leaks > 0) process.exitCode = 1;
  if (args.json) process.stdout.write(`${JSON.stringify(report)}\n`);
}

await main();
