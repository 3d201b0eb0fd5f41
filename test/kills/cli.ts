/**
 * npm run kill -- [--terminations N] [--seed N] [--lanes N] [--json]: terminates real workers.
 */
import { readOptions, wholeNumber } from '../command-line.js';
import { runCampaign } from './campaign.js';

const USAGE = `npm run kill -- [--terminations N] [--seed N] [--lanes N] [--json]
Terminates N workers (default 1000) while 3 lanes of them work on a map and 2 on a stream.`;

const values = readOptions(USAGE, {
  terminations: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '1' },
  lanes: { type: 'string', default: '3' },
  json: { type: 'boolean', default: false },
});
const report = await runCampaign({
  terminations: wholeNumber(USAGE, 'terminations', values.terminations, 1),
  seed: wholeNumber(USAGE, 'seed', values.seed, 0),
  lanes: wholeNumber(USAGE, 'lanes', values.lanes, 2),
});
const { lost, duplicated, leaked_bytes, false_suspicions, problems } = report;
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  const { stalls, stall_ms: stall, blocked } = report;
  process.stdout.write([
    `${report.terminations} terminations in ${report.seconds.toFixed(1)} s (${report.early} ` +
      `before their work, ${report.wedged} of workers that hung); ${report.slow} were slow`,
    `${report.ends} departures told to the members, ${report.recoveries} slots recovered`,
    `${report.steps} steps on the map, ${report.messages} messages`,
    `${stalls} stalls: p50 ${stall.p50} ms, p99 ${stall.p99} ms, max ${stall.max} ms`,
    `${blocked.stalls} of them with the main thread blocked: p99 ${blocked.stall_ms.p99} ms`,
    `${lost} lost, ${duplicated} duplicated, ${leaked_bytes} bytes leaked, ` +
      `${false_suspicions} false suspicions, ${problems.length} problems`,
    ...problems, '',
  ].join('\n'));
}
const wrong = lost + duplicated + leaked_bytes + false_suspicions + problems.length;
process.exitCode = wrong === 0 ? 0 : 1;
