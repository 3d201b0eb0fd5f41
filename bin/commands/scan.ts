// millrace scan: the entries of a range.
import {
  ENCODING_HELP, ENCODING_OPTIONS, RANGE_HELP, RANGE_OPTIONS, encodingsOf, rangeOf, withStore,
} from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { plain, shown } from '../text.js';

export const scan: Command = {
  usage: 'DIR [options]',
  summary: 'prints the entries of a range in key order: key, tab, value',
  help: [
    ...RANGE_HELP,
    '--keys               keys only',
    ...ENCODING_HELP,
    '',
    'With --json one array [key, value] or, with --keys, one key per line.',
  ],
  options: { ...ENCODING_OPTIONS, ...RANGE_OPTIONS, keys: { type: 'boolean' } },
  takes: [1, 1],
  async run(call) {
    const { isJson, print } = call;
    const encodings = encodingsOf(call);
    const { key: keyEncoding, value: valueEncoding } = encodings;
    const range = rangeOf(call, encodings);
    await withStore(call.places[0], { keyEncoding, valueEncoding }, (store) => {
      if (call.values.keys === true) {
        for (const key of store.keys(range)) {
          print(isJson ? JSON.stringify(plain(key, keyEncoding)) : shown(key, keyEncoding));
        }
        return;
      }
      for (const [key, value] of store.entries(range)) {
        print(isJson
          ? JSON.stringify([plain(key, keyEncoding), plain(value, valueEncoding)])
          : `${shown(key, keyEncoding)}\t${shown(value, valueEncoding)}`);
      }
    });
    return EXIT.OK;
  },
};
