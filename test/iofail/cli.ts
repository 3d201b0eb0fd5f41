/**
 * npm run iofail: lets every call fail that a store makes of its files, in every way.
 */
import { readOptions } from '../command-line.js';
import { runCampaign } from './campaign.js';

const USAGE = `npm run iofail -- [--quick] [--lies] [--json]
Makes, uses and reopens a store while each of its calls on files fails in turn, in each way in which
it can fail. --quick lets some of the calls fail in one way each, as npm test does. With --lies
writes say that they were done and are not: something must be found to be wrong then.`;

/** In the short form. */
const EVERY = 8;
/** There are fewer writes than calls. */
const EVERY_LIE = 3;

const { quick, lies, json } = readOptions(USAGE, {
  lies: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});
const write = json ? process.stderr : process.stdout;
const print = (line: string): void => { write.write(`${line}\n`); };
const report = await runCampaign({ every: quick ? (lies ? EVERY_LIE : EVERY) : 1, lies, print });
print(`${report.points} points, ${report.wrong} wrong, ${report.poisoned_ok} poisoned and right, ` +
  `${report.seconds.toFixed(1)} s`);
for (const [name, count] of Object.entries(report.by_fault)) print(`  ${name}: ${count}`);
if (report.wrong > 0 !== lies || report.points === 0) process.exitCode = 1;
if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
