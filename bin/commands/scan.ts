// millrace scan: the entries of a range.
import type { Range } from 'millrace';
import {
  ENCODING_HELP, ENCODING_OPTIONS, encodingsOf, wholeNumber, withStore,
} from '../command.js';
import type { Call, Command, Encodings } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { plain, readKey, shown } from '../text.js';

const BOUNDS = ['gt', 'gte', 'lt', 'lte', 'prefix'] as const;

function rangeOf({ values }: Call, { key, isText }: Encodings): Range<unknown> {
  const bounds = BOUNDS.filter((name) => values[name] !== undefined)
    .map((name) => [name, readKey(String(values[name]), key, isText)]);
  const limit = wholeNumber(values, 'limit', 0);
  return { ...Object.fromEntries(bounds), reverse: values.reverse === true, limit };
}

export const scan: Command = {
  usage: 'DIR [options]',
  summary: 'prints the entries of a range in key order: key, tab, value',
  help: [
    '--gt K --gte K --lt K --lte K --prefix K   which keys; all bounds together must hold',
    '--reverse            from the greatest key down',
    '--limit N            at most N entries',
    '--keys               keys only',
    ...ENCODING_HELP,
    '',
    'With --json one array [key, value] or, with --keys, one key per line.',
  ],
  options: {
    ...ENCODING_OPTIONS, gt: { type: 'string' }, gte: { type: 'string' }, lt: { type: 'string' },
    lte: { type: 'string' }, prefix: { type: 'string' }, limit: { type: 'string' },
    reverse: { type: 'boolean' }, keys: { type: 'boolean' },
  },
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
