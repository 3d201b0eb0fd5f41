// millrace export: a store as lines of JSON.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportStore } from 'millrace/ops';
import {
  ENCODING_HELP, ENCODING_OPTIONS, RANGE_HELP, RANGE_OPTIONS, encodingsOf, rangeOf, withStore,
} from '../command.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { runLong } from '../long.js';

export const exportCommand: Command = {
  usage: 'DIR [FILE] [options]',
  summary: 'writes entries and streams as lines of JSON, to stdout or a new file',
  help: [
    ...RANGE_HELP,
    '--stream NAME        this stream and no entries, unless bounds are given, too',
    ...ENCODING_HELP,
  ],
  options: { ...ENCODING_OPTIONS, ...RANGE_OPTIONS, stream: { type: 'string' } },
  takes: [1, 2],
  async run(call) {
    const { places: [directory, file], values } = call;
    const encodings = encodingsOf(call);
    const range = rangeOf(call, encodings);
    const isWhole = Object.keys(RANGE_OPTIONS).every((name) => values[name] === undefined);
    const parts = {
      ...!isWhole && { range },
      ...typeof values.stream === 'string' && { streams: [values.stream] },
    };
    const { key: keyEncoding, value: valueEncoding } = encodings;
    await withStore(directory, { keyEncoding, valueEncoding }, (store) =>
      runLong(async (options) => {
        const lines = Readable.from(exportStore(store, { ...options, ...parts }));
        if (file === undefined) await pipeline(lines, process.stdout, { end: false });
        else await pipeline(lines, createWriteStream(file, { flags: 'wx' }));
      }));
    return EXIT.OK;
  },
};
