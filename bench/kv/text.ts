// The rows of the key-value bench for people.
import { table } from '../table.js';
import { gatesOf } from './rows.js';
import type { Gate, Row } from './rows.js';

function figure(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function cellsOf(row: Row): string[] {
  return [
    row.op, row.engine, figure(row.value), `${Math.round(row.spread * 100)}%`,
    `${row.ratio.toFixed(2)}x`, String(row.copies), row.shared ? 'yes' : 'no',
    row.durable ? 'yes' : 'no', row.note,
  ];
}

const gateText = ({ op, engine, least, ratio, holds }: Gate): string =>
  `${holds ? 'holds' : 'FAILS'}  ${op} >= ${least} x ${engine}: ${ratio}`;

/** Table, what its columns mean, and the gates. */
export function kvText(rows: readonly Row[]): string {
  const heads =
    ['op', 'engine', 'ops/s', 'spread', 'ours/it', 'copies', 'shared', 'durable', 'note'];
  const atomics = rows.filter(({ ratio, engine }) => ratio === 1 && engine === 'millrace')
    .map(({ op, atomics_per_op: count }) => `${op} ${count}`);
  return [
    table(heads, rows.map(cellsOf)), '',
    'ours/it: median over the rounds, above 1 millrace is faster. spread: interquartile / median.',
    'shared: with other threads. durable: acknowledged writes survive the death of the process.',
    `Atomic writes of an operation of millrace: ${atomics.join(', ')}.`, '',
    ...gatesOf(rows).map(gateText),
  ].join('\n');
}
