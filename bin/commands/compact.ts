// millrace compact: makes a store small.
import { withStore } from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { runLong } from '../long.js';
import { figure } from '../text.js';

export const compact: Command = {
  usage: 'DIR',
  summary: 'moves what is live together and cuts the rest off the files',
  help: [],
  options: {},
  takes: [1, 1],
  async run({ places: [directory], isJson, print }) {
    const done = await withStore(directory, {},
      (store) => runLong((options) => store.compact(options)));
    print(isJson ? JSON.stringify(done) : `${figure(done.frames)} frames cleaned`);
    return EXIT.OK;
  },
};
