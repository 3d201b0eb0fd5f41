// The rows of the stream bench for people.
import { table } from '../table.js';
import { gatesOf } from './rows.js';
import type { Row } from './rows.js';

const figure = (value: number): string => Math.round(value).toLocaleString('en');

function cellsOf(row: Row): string[] {
  return [
    row.case, row.engine, figure(row.msgs_per_s), figure(row.mib_per_s),
    `${Math.round(row.spread * 100)}%`, `${row.ratio_to_object}x`, `${row.ratio_to_transferred}x`,
    row.p50_us.toFixed(1), row.p99_us.toFixed(1), String(row.copies), row.shared ? 'yes' : 'no',
    row.note,
  ];
}

/** Table, what its columns mean, and the gates. */
export function streamText(rows: readonly Row[]): string {
  const heads = ['case', 'engine', 'msgs/s', 'MiB/s', 'spread', '/object', '/transferred',
    'p50 us', 'p99 us', 'copies', 'shared', 'note'];
  return [
    table(heads, rows.map(cellsOf)), '',
    '/object, /transferred: messages per second to those of postMessage object and of transferred',
    'packed, median over the rounds. spread: interquartile / median. p50, p99: from the send of one',
    'message to its consumer, when that sleeps. Nothing here is durable.', '',
    ...gatesOf(rows).map(({ what, value, holds }) =>
      `${holds ? 'holds' : 'FAILS'}  ${what}: ${value}`),
  ].join('\n');
}
