/**
 * npm run iofail: lets every call fail that a store makes of its files, in every way.
 */
import { readOptions } from '../command-line.js';
import { runCampaign } from './campaign.js';

const USAGE = `npm run iofail -- [--quick] [--json]
Makes, uses and reopens a store while each of its calls on files fails in turn, in each way in which
it can fail. --quick lets some of the calls fail in one way each, as npm test does.`;

/** In the short form. */
const EVERY = 8;

const { quick, json } = readOptions(USAGE, {
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});
const write = json ? process.stderr : process.stdout;
const print = (line: string): void => { write.write(`${line}\n`); };
const report = await runCampaign({ every: quick ? EVERY : 1, print });
print(`${report.points} points, ${report.wrong} wrong, ${report.poisoned_ok} poisoned and right, ` +
  `${report.seconds.toFixed(1)} s`);
for (const [name, count] of Object.entries(report.by_fault)) print(`  ${name}: ${count}`);
if (report.wrong > 0 || report.points === 0) process.exitCode = 1;
if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
