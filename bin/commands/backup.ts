// millrace backup: a copy of a store that nobody has open; running programs call store.backup.
import { withStore } from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { runLong } from '../long.js';
import { figure } from '../text.js';

export const backup: Command = {
  usage: 'DIR TO',
  summary: 'copies the store to an empty or new directory; the copy is a store',
  help: ['A store that a program has open is copied by the program: store.backup(directory).'],
  options: {},
  takes: [2, 2],
  async run({ places: [directory, to], isJson, print }) {
    const made = await withStore(directory, {},
      (store) => runLong((options) => store.backup(to, options)));
    print(isJson
      ? JSON.stringify(made)
      : `${figure(made.bytes)} bytes in ${made.files.length} files, as of epoch ${made.epoch}`);
    return EXIT.OK;
  },
};
