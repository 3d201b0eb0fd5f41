// The rows of the open bench for people.
import { table } from '../table.js';
import { gatesOf } from './rows.js';
import type { Row } from './rows.js';

function cellsOf(row: Row): string[] {
  return [
    row.case, String(row.mib), row.verify, row.value.toLocaleString('en'), row.unit,
    `${Math.round(row.spread * 100)}%`, row.ratio.toFixed(3), row.note,
  ];
}

/** Table, what its columns mean, and the gates. */
export function openText(rows: readonly Row[]): string {
  const heads = ['case', 'MiB', 'verify', 'figure', 'unit', 'spread', 'ratio', 'note'];
  return [
    table(heads, rows.map(cellsOf)), '',
    'ratio: median over the rounds, see the note. spread: interquartile / median. Files are in the',
    'cache of the system. Half of the data are messages, half values of 1000 bytes; the journal',
    'behind the last checkpoint has at most 16 MiB.', '',
    ...gatesOf(rows).map(({ what, most, goal, ratio, holds }) =>
      `${holds ? 'holds' : 'FAILS'}  ${what} <= ${most} (goal ${goal}): ${ratio}`),
  ].join('\n');
}
