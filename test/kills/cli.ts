/**
 * npm run kills -- [--kills N] [--seed N] [--lanes N] [--json]: terminates workers at random.
 */
import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.js';
import { integer } from './arguments.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const report = await runCampaign({
  kills: integer('kills', values.kills),
  seed: integer('seed', values.seed),
  lanes: integer('lanes', values.lanes),
});
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  const { stall, blocked } = report;
  process.stdout.write([
    `${report.kills} kills in ${report.seconds.toFixed(1)} s (${report.early} before their work)`,
    `${report.ends} departures told to the members, ${report.recoveries} slots recovered`,
    `${report.steps} steps; with the main thread blocked ${blocked.steps}, ${blocked.kills} kills`,
    `slowest step of survivors: p50 ${stall.p50} ms, p99 ${stall.p99} ms, max ${stall.max} ms`,
    `${report.leaked_bytes} bytes leaked, ${report.problems.length} problems`,
    ...report.problems, '',
  ].join('\n'));
}
process.exitCode = report.problems.length === 0 && report.leaked_bytes === 0 ? 0 : 1;
