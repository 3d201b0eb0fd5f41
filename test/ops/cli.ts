// npm run ops: backups under load that are restored and compared, and salvage of damaged stores.

import { readOptions, wholeNumber } from '../command-line.js';
import { runBackups } from './backups.js';
import { runSalvages } from './salvages.js';

const USAGE = `npm run ops -- [--json] [--backups N] [--stores N] [--seed S]
Takes N backups (default 40) of a store that is written to, restores each and compares it with what
the writers had done; then salvages N damaged stores (default 140).`;

const { json, backups, stores, seed } = readOptions(USAGE, {
  json: { type: 'boolean' },
  backups: { type: 'string', default: '40' },
  stores: { type: 'string', default: '140' },
  seed: { type: 'string', default: '1' },
});

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const saved = await runBackups(wholeNumber(USAGE, 'backups', backups, 0), note);
const salvaged = await runSalvages(
  wholeNumber(USAGE, 'stores', stores, 0), wholeNumber(USAGE, 'seed', seed, 1), note);
const report = { ...saved, ...salvaged, what: [...saved.what, ...salvaged.what] };
if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  for (const line of report.what) process.stdout.write(`${line}\n`);
  process.stdout.write(`${report.backups} backups beside ${report.steps} steps and ` +
    `${report.checkpoints} checkpoints, ${report.restore_wrong} wrong\n` +
    `${report.stores} damaged stores: ${report.salvage_found} of ${report.salvage_expected} ` +
    `whole records found, ${report.salvage_wrong} wrong, ${report.unnamed} lost and not named\n`);
}
const isGood = report.restore_wrong + report.salvage_wrong + report.unnamed === 0 &&
  report.salvage_found === report.salvage_expected;
process.exitCode = isGood ? 0 : 1;
