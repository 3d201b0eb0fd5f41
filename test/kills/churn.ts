/**
 * npm run churn -- [--overwrites N] [--keys N] [--region MIB] [--kills N] [--seed N] [--json]
 */
import { readOptions, wholeNumber } from '../command-line.js';
import { runChurn } from './churn-run.js';

const USAGE = `npm run churn -- [--overwrites N] [--keys N] [--region MIB] [--kills N] [--seed N]
                 [--json]
Two workers overwrite values of 100 bytes and are killed now and then; defaults: 50000000
overwrites of 100000 keys in a region of 256 MiB, 8 kills. The keys must fit the region.`;

const values = readOptions(USAGE, {
  overwrites: { type: 'string', default: '50000000' },
  keys: { type: 'string', default: '100000' },
  region: { type: 'string', default: '256' },
  kills: { type: 'string', default: '8' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
});
const report = await runChurn({
  overwrites: wholeNumber(USAGE, 'overwrites', values.overwrites, 1),
  keys: wholeNumber(USAGE, 'keys', values.keys, 1),
  region_mib: wholeNumber(USAGE, 'region', values.region, 2),
  kills: wholeNumber(USAGE, 'kills', values.kills, 0),
  seed: wholeNumber(USAGE, 'seed', values.seed, 0),
});
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  const { overwrites, seconds } = report;
  process.stdout.write([
    `${overwrites} overwrites in ${report.region_mib} MiB, ${report.kills} kills`,
    `${seconds.toFixed(1)} s, ${Math.round(overwrites / seconds)} per second`,
    `${report.cleaned} frames cleaned, ${report.full} times full`,
    `${report.leaked_bytes} bytes leaked, ${report.problems.length} problems`,
    ...report.problems, '',
  ].join('\n'));
}
const isSound = report.problems.length + report.leaked_bytes + report.full === 0;
process.exitCode = isSound ? 0 : 1;
