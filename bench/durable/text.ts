// The rows of the durable bench for people.
import { table } from '../table.js';
import { gatesOf } from './rows.js';
import type { Row } from './rows.js';

const figure = (value: number): string => Math.round(value).toLocaleString('en');

function cellsOf(row: Row): string[] {
  return [
    row.case, row.engine, figure(row.value), row.unit, `${Math.round(row.spread * 100)}%`,
    `${row.ratio.toFixed(2)}x`, row.durability, String(row.copies), row.shared ? 'yes' : 'no',
    row.note,
  ];
}

/** Table, what its columns mean, and the gate. */
export function durableText(rows: readonly Row[]): string {
  const heads = ['case', 'engine', 'figure', 'unit', 'spread', 'ours/it', 'durability', 'copies',
    'shared', 'note'];
  return [
    table(heads, rows.map(cellsOf)), '',
    'ours/it: median over the rounds, above 1 millrace is faster. spread: interquartile / median.',
    'durability: what the puts have survived when the clock stops. visible: the death of threads,',
    'flushed: of the process, synced: of the machine. shared: with other threads.', '',
    ...gatesOf(rows).map(({ what, least, goal, ratio, holds }) =>
      `${holds ? 'holds' : 'FAILS'}  ${what} >= ${least} (goal ${goal}): ${ratio}`),
  ].join('\n');
}
