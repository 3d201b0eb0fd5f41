// millrace import: the lines of an export into a store.
import { createReadStream } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { importInto } from 'millrace/ops';
import { ENCODING_HELP, ENCODING_OPTIONS, encodingsOf, withStore } from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { runLong } from '../long.js';
import { figure } from '../text.js';

export const importCommand: Command = {
  usage: 'DIR [FILE] [options]',
  summary: 'brings an export in, from stdin or a file; entries replace those with the same key',
  help: [
    '--create             makes the store when there is none',
    '--resume             goes on with an import of the same lines that ended early',
    ...ENCODING_HELP,
  ],
  options: { ...ENCODING_OPTIONS, create: { type: 'boolean' }, resume: { type: 'boolean' } },
  takes: [1, 2],
  async run(call) {
    const { places: [directory, file], values, isJson, print } = call;
    const { key: keyEncoding, value: valueEncoding } = encodingsOf(call);
    const open = { keyEncoding, valueEncoding, createIfMissing: values.create === true };
    const source = file === undefined ? process.stdin : createReadStream(file);
    const done = await withStore(directory, open, (store) => runLong((options) =>
      importInto(store, addAbortSignal(options.signal, source),
        { ...options, resume: values.resume === true })));
    print(isJson
      ? JSON.stringify(done)
      : `${figure(done.entries)} entries, ${figure(done.messages)} messages`);
    return EXIT.OK;
  },
};
