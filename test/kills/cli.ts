/**
 * npm run kills -- [--kills N] [--seed N] [--lanes N] [--json]: terminates workers at random.
 */
import { readOptions, wholeNumber } from '../command-line.js';
import { runCampaign } from './campaign.js';

const USAGE = `npm run kills -- [--kills N] [--seed N] [--lanes N] [--json]
Terminates N workers at random (default 1000) while 3 lanes of them work.`;

const values = readOptions(USAGE, {
  kills: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  lanes: { type: 'string', default: '3' },
  json: { type: 'boolean', default: false },
});
const report = await runCampaign({
  kills: wholeNumber(USAGE, 'kills', values.kills, 1),
  seed: wholeNumber(USAGE, 'seed', values.seed, 0),
  lanes: wholeNumber(USAGE, 'lanes', values.lanes, 1),
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
