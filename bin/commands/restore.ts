// millrace restore: a store out of a backup.
import { restore as restoreStore } from 'millrace/ops';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { runLong } from '../long.js';
import { figure } from '../text.js';

export const restore: Command = {
  usage: 'DIR TO',
  summary: 'makes a store out of a backup, which is verified as a whole before',
  help: ['TO is empty or not there: a store is never replaced. The backup stays as it is.'],
  options: {},
  takes: [2, 2],
  async run({ places: [from, to], isJson, print }) {
    const restored = await runLong((options) => restoreStore(from, to, options));
    print(isJson
      ? JSON.stringify(restored)
      : `${figure(restored.keys)} keys, ${figure(restored.bytes)} bytes`);
    return EXIT.OK;
  },
};
