// millrace tail: the messages of a stream that are still there, for no group.
import type { Stream } from 'millrace';
import { withStore, wholeNumber } from '../command.js';
import type { Call, Command, Values } from '../command.js';
import { EXIT, UsageProblem } from '../exit-codes.js';

/** Messages of each partition that 'latest' shows, without --limit. */
const LATEST = 10;

/** Where to begin: the number of a message, negative from the end. */
function startOf(values: Values, limit: number | undefined): number {
  const from = values.from ?? 'earliest';
  if (from === 'earliest') return 0;
  if (from === 'latest') return -(limit ?? LATEST);
  if (typeof from === 'string' && /^\d+$/.test(from)) return Number(from);
  throw new UsageProblem(`--from takes earliest, latest or a number, not '${from}'`);
}

/** The partitions to show. */
function partitionsOf(values: Values, stream: Stream<unknown, unknown>): readonly number[] {
  const only = wholeNumber(values, 'partition', 0);
  if (only === undefined) return Array.from({ length: stream.partitions }, (_, i) => i);
  if (only < stream.partitions) return [only];
  throw new UsageProblem(`the stream has ${stream.partitions} partitions, from 0 on`);
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The bytes as text, undefined when they are none. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function lineOf(partition: number, offset: number, bytes: Uint8Array, isRow: boolean, call: Call) {
  const text = isRow || call.values.hex === true ? undefined : textOf(bytes);
  const hex = (): string => Buffer.from(bytes).toString('hex');
  if (call.isJson) {
    const content = text === undefined ? { bytes: hex() } : { text };
    return JSON.stringify({ partition, offset, ...content });
  }
  return `${partition}\t${offset}\t${text === undefined ? hex() : JSON.stringify(text)}`;
}

export const tail: Command = {
  usage: 'DIR STREAM [options]',
  summary: 'prints messages of a stream: partition, number, message; moves no group',
  help: [
    `--from F             earliest (default): what is still there; latest: the last ${LATEST} of`,
    '                     each partition, or the last --limit; N: from message N on',
    '--limit N            at most N messages of each partition',
    '--partition P        one partition only',
    '--hex                bytes in hexadecimal, also when they are text, as for rows',
    '',
    'What all groups have committed is gone. With --json one object per line: partition, offset,',
    'and text, or bytes in hexadecimal.',
  ],
  options: {
    from: { type: 'string' }, limit: { type: 'string' }, partition: { type: 'string' },
    hex: { type: 'boolean' },
  },
  takes: [2, 2],
  async run(call) {
    const { places: [directory, name], values, print } = call;
    const limit = wholeNumber(values, 'limit', 0);
    const start = startOf(values, limit);
    await withStore(directory, {}, (store) => {
      const stream = store.stream(name);
      for (const partition of partitionsOf(values, stream)) {
        const from = start < 0 ? Math.max(0, stream.tail(partition) + start) : start;
        for (const { offset, bytes } of stream.peek(partition, { from, limit })) {
          print(lineOf(partition, offset, bytes, stream.rowBytes !== 0, call));
        }
      }
    });
    return EXIT.OK;
  },
};
