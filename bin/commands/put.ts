// millrace put: sets the value of a key.
import { ENCODING_HELP, ENCODING_OPTIONS, encodingsOf, withStore } from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { valueOfStdin } from '../stdin.js';
import { readKey, readValue } from '../text.js';

export const put: Command = {
  usage: 'DIR KEY VALUE',
  summary: 'sets the value of a key; it is synced when the command ends',
  help: [
    ...ENCODING_HELP,
    '--create             makes the store when there is none',
    '',
    'VALUE - reads the value from stdin, as text or, with --value-encoding binary, as bytes.',
  ],
  options: { ...ENCODING_OPTIONS, create: { type: 'boolean' } },
  takes: [3, 3],
  async run(call) {
    const [directory, keyText, valueText] = call.places;
    const { key: keyEncoding, value: valueEncoding, isText } = encodingsOf(call);
    const key = readKey(keyText, keyEncoding, isText);
    const value = valueText === '-'
      ? await valueOfStdin(valueEncoding, isText)
      : readValue(valueText, valueEncoding, isText);
    const createIfMissing = call.values.create === true;
    await withStore(directory, { keyEncoding, valueEncoding, createIfMissing },
      (store) => store.put(key, value));
    if (call.isJson) call.print(JSON.stringify({ put: 1 }));
    return EXIT.OK;
  },
};
