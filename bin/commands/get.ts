// millrace get: the value of a key.
import { ENCODING_HELP, ENCODING_OPTIONS, encodingsOf, withStore } from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { plain, readKey, shown } from '../text.js';

export const get: Command = {
  usage: 'DIR KEY',
  summary: 'prints the value of a key',
  help: ENCODING_HELP,
  options: ENCODING_OPTIONS,
  takes: [2, 2],
  async run(call) {
    const [directory, text] = call.places;
    const { key: keyEncoding, value: valueEncoding, isText } = encodingsOf(call);
    const key = readKey(text, keyEncoding, isText);
    const value = await withStore(directory, { keyEncoding, valueEncoding },
      (store) => store.get(key));
    const isFound = value !== undefined;
    if (call.isJson) {
      call.print(JSON.stringify({
        found: isFound, ...isFound && { value: plain(value, valueEncoding) },
      }));
    } else if (isFound) {
      call.print(valueEncoding === 'utf8' ? String(value) : shown(value, valueEncoding));
    }
    return isFound ? EXIT.OK : EXIT.NOT_FOUND;
  },
};
