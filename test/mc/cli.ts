// npm run mc: searches every scenario and every planted bug.

import { availableParallelism } from 'node:os';
import { misuse, readOptions, wholeNumber } from '../command-line.js';
import { runModes, runReplay, type Catalogue } from './modes-cli.js';
import { SEARCHES, type ScheduleSearch } from './modes.js';
import { plantedBugs } from './planted/index.js';
import { runAll, type Report } from './report.js';
import { scenarios } from './scenarios/index.js';
import { largeScenarios } from './scenarios/large.js';
import { select } from './selection.js';

const USAGE = `npm run mc -- [--json] [--only NAME] [--trace] [--no-planted] [--quick] [--long]
  [--jobs N] [--uncovered]
--only takes the name of a scenario (searched with its planted bugs) or of one planted bug;
--trace prints the counterexample; --quick leaves out the scenarios that say so and plants one bug
for each rule; --long searches the large scenarios, too; --jobs: processes, as many as cores unless
told; --uncovered lists the places that no scenario has executed.

npm run mc -- --search dfs|random|pct [--only NAME] [--seed S] [--runs N] [--seconds N]
              [--bound N] [--depth D] [--json]
searches schedules instead of states: of the scenarios that are too large for that, or of what
--only names. --seconds is per scenario (default 10); dfs takes --bound preemptions (default 2),
pct looks for --depth ordered steps (default 4).

npm run mc -- --only NAME --replay CHOICES
prints every step of a choice list, as a violation gives it.`;

const catalogue: Catalogue = { scenarios, large: largeScenarios, planted: plantedBugs };

function readArguments() {
  const values = readOptions(USAGE, {
    json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    'no-planted': { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    uncovered: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(availableParallelism()) },
    only: { type: 'string' },
    search: { type: 'string' },
    replay: { type: 'string' },
    seed: { type: 'string', default: '1' },
    runs: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    bound: { type: 'string', default: '2' },
    depth: { type: 'string', default: '4' },
  });
  const { json, trace, quick, long, uncovered, only, replay } = values;
  if (quick && long) misuse(USAGE, '--quick and --long exclude each other');
  const names = [...scenarios, ...largeScenarios, ...plantedBugs].map(({ name }) => name);
  if (only !== undefined && !names.includes(only)) {
    const near = names.filter((name) => name.includes(only));
    misuse(USAGE, [`nothing is called '${only}'`, ...near.map((name) => `  ${name}`)].join('\n'));
  }
  const search = SEARCHES.find((name) => name === values.search) ?? null;
  if (values.search !== undefined && search === null) {
    misuse(USAGE, `--search takes ${SEARCHES.join(', ')}, not '${values.search}'`);
  }
  if (replay !== undefined && only === undefined) misuse(USAGE, '--replay needs --only');
  const number = (name: 'seed' | 'seconds' | 'bound' | 'depth' | 'jobs', least: number): number =>
    wholeNumber(USAGE, name, values[name], least);
  return {
    json, trace, quick, long, uncovered, only, replay, search,
    jobs: number('jobs', 1), planted: !values['no-planted'],
    modes: {
      seed: number('seed', 0), seconds: number('seconds', 1), bound: number('bound', 0),
      depth: number('depth', 1), shrinks: true,
      runs: values.runs === undefined ? Infinity : wholeNumber(USAGE, 'runs', values.runs, 1),
    },
  };
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
  // What a scenario that is left out would have executed is not missing.
  if (whole && !args.quick && report.site_coverage < 1) {
    reasons.push(`not executed: ${report.uncovered_sites.join(', ')}`);
  }
  return reasons;
}

type Print = (line: string) => void;

function summary(report: Report, uncovered: boolean): string[] {
  const { scenarios: rows, planted, left_out: leftOut, sites } = report;
  const complete = rows.filter((row) => row.complete).length;
  const percent = (report.site_coverage * 100).toFixed(1);
  const faults = Object.entries(report.faults)
    .map(([kind, times]) => `${kind.replaceAll('_', ' ')} ${times}`);
  return [
    ...(uncovered ? report.uncovered_sites.map((site) => `not executed: ${site}`) : []),
    `faults: ${faults.join(', ')}`,
    `${rows.length} scenarios, ${complete} complete; ` +
      `planted ${planted.caught} of ${planted.total} caught; ` +
      `left out ${leftOut.scenarios} scenarios and ${leftOut.planted} planted bugs; ` +
      `${percent} % of ${sites} sites executed, ${report.excluded_sites} excluded; ` +
      `${report.seconds.toFixed(1)} s in ${report.jobs} processes`,
  ];
}

async function searchStates(args: Arguments, print: Print): Promise<[unknown, string[]]> {
  const report = await runAll(select(scenarios, plantedBugs, args), { ...args, print });
  for (const line of summary(report, args.uncovered)) print(line);
  return [report, failures(report, args)];
}

async function searchSchedules(
  args: Arguments, search: ScheduleSearch, print: Print,
): Promise<[unknown, string[]]> {
  return runModes(catalogue, args.only, { ...args.modes, search }, print);
}

async function main(): Promise<void> {
  const args = readArguments();
  const write = args.json ? process.stderr : process.stdout;
  const print = (line: string): void => { write.write(`${line}\n`); };
  const { only, replay, search } = args;
  const [report, reasons] = replay !== undefined && only !== undefined
    ? [null, await runReplay(catalogue, only, replay, print)]
    : await (search === null ? searchStates(args, print) : searchSchedules(args, search, print));
  for (const reason of reasons) print(`FAILED: ${reason}`);
  if (reasons.length > 0) process.exitCode = 1;
  if (args.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

await main();
