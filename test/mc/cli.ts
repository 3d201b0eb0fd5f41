// npm run mc: searches every scenario and every planted bug.
// Options: --json, --only NAME, --trace, --no-planted, --long.

import { plantedBugs } from './planted/index.js';
import { runAll, type Report } from './report.js';
import { scenarios } from './scenarios/index.js';

interface Arguments {
  readonly json: boolean;
  readonly trace: boolean;
  readonly planted: boolean;
  readonly long: boolean;
  readonly only: string | undefined;
}

function parse(words: readonly string[]): Arguments {
  const flags = new Set<string>();
  let only: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === '--only') {
      only = words[++i];
      if (only === undefined) throw new TypeError('--only needs the name of a scenario');
    } else if (['--json', '--trace', '--no-planted', '--long'].includes(word)) {
      flags.add(word);
    } else {
      throw new TypeError(`unknown option ${word}`);
    }
  }
  return {
    json: flags.has('--json'), trace: flags.has('--trace'), long: flags.has('--long'),
    planted: !flags.has('--no-planted'), only,
  };
}

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
  const args = parse(process.argv.slice(2));
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
