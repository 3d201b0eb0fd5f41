// millrace salvage: what is left of a damaged store.
import { writeFile } from 'node:fs/promises';
import { salvage as salvageStore } from 'millrace/ops';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { runLong } from '../long.js';
import { figure } from '../text.js';

export const salvage: Command = {
  usage: 'DIR [TO] [--report FILE]',
  summary: 'finds what is left of a damaged store, and makes a new one of it',
  help: [
    '--report FILE        writes what was not found as JSON to a new file',
    '',
    'Without TO it only says what it would find. DIR is not changed.',
    'Exit code 1: something is lost, and the report names it.',
  ],
  options: { report: { type: 'string' } },
  takes: [1, 2],
  async run({ places: [directory, to], values, isJson, print }) {
    const report = await runLong((options) =>
      salvageStore(directory, { ...options, ...to !== undefined && { to } }));
    const text = JSON.stringify(report);
    const { report: path } = values;
    if (typeof path === 'string') await writeFile(path, `${text}\n`, { flag: 'wx' });
    const { reachable, loose, damage, lostKeys, lostRanges } = report;
    if (isJson) print(text);
    else {
      for (const { file, offset, what } of damage) print(`${file} at byte ${offset}: ${what}`);
      print(`${figure(reachable)} entries, and ${figure(loose)} that nothing leads to; lost: ` +
        `${figure(lostKeys.length)} keys, ${figure(lostRanges.length)} ranges`);
    }
    const isWhole = damage.length + lostKeys.length + lostRanges.length === 0;
    return isWhole ? EXIT.OK : EXIT.NOT_FOUND;
  },
};
