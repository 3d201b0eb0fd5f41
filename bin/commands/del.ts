// millrace del: removes a key.
import { ENCODING_HELP, ENCODING_OPTIONS, encodingsOf, withStore } from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { readKey } from '../text.js';

export const del: Command = {
  usage: 'DIR KEY',
  summary: 'removes a key; that is synced when the command ends',
  help: ENCODING_HELP,
  options: ENCODING_OPTIONS,
  takes: [2, 2],
  async run(call) {
    const [directory, text] = call.places;
    const { key: keyEncoding, value: valueEncoding, isText } = encodingsOf(call);
    const key = readKey(text, keyEncoding, isText);
    const isDeleted = await withStore(directory, { keyEncoding, valueEncoding },
      (store) => store.del(key));
    if (call.isJson) call.print(JSON.stringify({ deleted: isDeleted ? 1 : 0 }));
    return isDeleted ? EXIT.OK : EXIT.NOT_FOUND;
  },
};
