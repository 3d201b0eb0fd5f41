/**
 * npm run churn -- [--overwrites N] [--keys N] [--region MIB] [--kills N] [--seed N] [--json]
 */
import { parseArgs } from 'node:util';
import { integer } from './arguments.js';
import { runChurn } from './churn-run.js';

const { values } = parseArgs({
  options: {
    overwrites: { type: 'string', default: '50000000' },
    keys: { type: 'string', default: '100000' },
    region: { type: 'string', default: '256' },
    kills: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const report = await runChurn({
  overwrites: integer('overwrites', values.overwrites),
  keys: integer('keys', values.keys),
  region_mib: integer('region', values.region),
  kills: integer('kills', values.kills),
  seed: integer('seed', values.seed),
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
