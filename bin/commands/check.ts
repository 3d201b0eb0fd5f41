// millrace check: loads a store and inspects every byte of it.
import { withStore } from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { figure } from '../text.js';

export const check: Command = {
  usage: 'DIR [--full]',
  summary: 'loads the files and inspects every byte of the store',
  help: [
    '--full               also compares each record with its checksum',
    '',
    'Exit code 0: nothing is wrong. 1: the inspection has found problems, which are printed.',
    '4: the files are damaged and cannot be loaded; the message says where.',
  ],
  options: { full: { type: 'boolean' } },
  takes: [1, 1],
  async run({ places, values, isJson, print }) {
    const report = await withStore(places[0], {},
      (store) => store.check({ full: values.full === true }));
    const { ok, problems, keys, bytes } = report;
    if (isJson) print(JSON.stringify(report));
    else {
      for (const { where, message } of problems) print(`${where}: ${message}`);
      print(`${figure(keys)} keys, ${figure(bytes.region - bytes.free)} of ` +
        `${figure(bytes.region)} bytes in use, ${figure(bytes.leaked)} leaked`);
      print(ok ? 'nothing is wrong' : `${problems.length} problems`);
    }
    return ok ? EXIT.OK : EXIT.NOT_FOUND;
  },
};
