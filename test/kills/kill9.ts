/**
 * npm run kill9 -- [--cycles N] [--seed N] [--dir D] [--json]: kills a process at random, reopens
 * its store, and looks for what had been acknowledged.
 */
import { readOptions, wholeNumber } from '../command-line.js';
import { runKill9 } from './kill9/campaign.js';

const USAGE = `npm run kill9 -- [--cycles N] [--seed N] [--dir D] [--json]
Kills a process with several workers N times (default 50) by SIGKILL while they write, reopens the
store each time and inspects it. The store is made in a new directory below D (default: the
system's directory for temporary files) and removed at the end.`;

const values = readOptions(USAGE, {
  cycles: { type: 'string', default: '50' },
  seed: { type: 'string', default: '1' },
  dir: { type: 'string' },
  json: { type: 'boolean', default: false },
});
const report = await runKill9({
  cycles: wholeNumber(USAGE, 'cycles', values.cycles, 1),
  seed: wholeNumber(USAGE, 'seed', values.seed, 0),
  parent: values.dir,
});
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  const { reopen_ms } = report;
  process.stdout.write([
    `${report.cycles} kills in ${report.seconds.toFixed(1)} s (${report.early} before any work)`,
    `${report.checkpoints} checkpoints, ${report.compactions} compactions`,
    `${report.acked} operations acknowledged, ${report.found} found`,
    `lost: ${report.acked_lost}, holes: ${report.holes}, torn: ${report.torn}, ` +
      `duplicated: ${report.duplicated}`,
    `reopened in ${reopen_ms.p50} ms (p50), ${reopen_ms.max} ms at most`,
    ...report.problems, '',
  ].join('\n'));
}
const { acked_lost, holes, torn, duplicated, problems } = report;
process.exitCode = acked_lost + holes + torn + duplicated + problems.length === 0 ? 0 : 1;
