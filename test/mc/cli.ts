// npm run mc: searches every scenario and every planted bug.

import { misuse, readOptions } from '../command-line.js';
import { plantedBugs } from './planted/index.js';
import { runAll, type Report } from './report.js';
import { scenarios } from './scenarios/index.js';

const USAGE = `npm run mc -- [--json] [--only NAME] [--trace] [--no-planted] [--long]
--only takes the name of a scenario (searched with its planted bugs) or of one planted bug;
--trace prints the counterexample; --long searches the large scenarios, too.`;

function readArguments() {
  const values = readOptions(USAGE, {
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    'no-planted': { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    only: { type: 'string' },
  });
  const { json, trace, long, only } = values;
  const names = [...scenarios, ...plantedBugs].map(({ name }) => name);
  if (only !== undefined && !names.includes(only)) {
    const near = names.filter((name) => name.includes(only));
    misuse(USAGE, [`nothing is called '${only}'`, ...near.map((name) => `  ${name}`)].join('\n'));
  }
  return { json, trace, long, only, planted: !values['no-planted'] };
}
type Arguments = ReturnType<typeof readArguments>;

/** What makes the run a failure; empty when it passes. */
function failures(report: Report, args: Arguments): string[] {
  const reasons: string[] = [];
  const ran = report.scenarios.length + report.planted.total;
  if (ran === 0) reasons.push('nothing was searched');
  const whole = args.only === undefined;
  if (whole && report.scenarios.length === 0) reasons.push('no scenario was searched');
  if (whole && args.planted && report.planted.total === 0) reasons.push('no bug was planted');
  const bad = report.scenarios.filter(({ violations }) => violations > 0);
  if (bad.length > 0) reasons.push(`violations in ${bad.map(({ name }) => name).join(', ')}`);
  if (report.planted.missed.length > 0) {
    reasons.push(`missed planted bugs: ${report.planted.missed.join(', ')}`);
  }
  return reasons;
}

async function main(): Promise<void> {
  const args = readArguments();
  const write = args.json ? process.stderr : process.stdout;
  const print = (line: string): void => { write.write(`${line}\n`); };
  const report = await runAll(scenarios, plantedBugs, { ...args, print });
  const percent = (report.site_coverage * 100).toFixed(1);
  print(`${report.scenarios.length} scenarios, ` +
    `${report.scenarios.filter(({ complete }) => complete).length} complete; ` +
    `planted ${report.planted.caught} of ${report.planted.total} caught; ` +
    `${percent} % of ${report.sites} sites executed; ${report.seconds.toFixed(1)} s`);
  const reasons = failures(report, args);
  for (const reason of reasons) print(`FAILED: ${reason}`);
  if (reasons.length > 0) process.exitCode = 1;
  if (args.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

await main();
