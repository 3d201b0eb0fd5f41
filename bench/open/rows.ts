// From samples to the rows that are printed, and the gates.
import { medianOf, rounded, spreadOf } from '../statistics.js';
import type { Rates } from './checkpoints.js';
import type { Times } from './measure.js';

/** One line of the result. */
export interface Row {
  readonly case: string;
  /** What the store held, in MiB. */
  readonly mib: number;
  readonly verify: 'lazy' | 'full';
  readonly unit: 'ms' | 'puts/s';
  /** Median over the rounds, and their interquartile range / median. */
  readonly value: number;
  readonly spread: number;
  /** Of two figures of the same round, the median: the row's / that which `note` names. */
  readonly ratio: number;
  readonly note: string;
}

/** What must hold, and what should: a ratio at most. */
export interface Gate {
  readonly what: string;
  readonly most: number;
  readonly goal: number;
  readonly ratio: number;
  readonly holds: boolean;
}

export const OFFSETS_FIRST = 'offsets first \u00f7 full load';
export const CHECKPOINTS = 'cost of checkpoints to writers';
const OFFSETS_MOST = 0.2;
const OFFSETS_GOAL = 0.05;
const CHECKPOINTS_MOST = 0.15;
const CHECKPOINTS_GOAL = 0.05;

const ratioOf = (a: readonly number[], b: readonly number[]): number =>
  rounded(medianOf(a.map((mine, i) => mine / b[i])), 3);

function row(
  name: string, { data, way }: Times, values: readonly number[], base: readonly number[],
  note: string,
): Row {
  return {
    case: name, mib: data.mib, verify: way, unit: 'ms', value: rounded(medianOf(values), 4),
    spread: spreadOf(values), ratio: ratioOf(values, base), note,
  };
}

/** The rows of one store: lazy, then full. */
export function openRowsOf([lazy, full]: readonly Times[]): Row[] {
  const size = `${lazy.data.steps}x`;
  return [lazy, full].flatMap((times) => [
    row(`open ${size}`, times, times.opened, full.opened, 'until open resolves; / full'),
    row(`first message ${size}`, times, times.first, full.first,
      'until a consumer has the next message of its group; / full'),
    row(`all loaded ${size}`, times, times.loaded, full.loaded, 'until loaded() resolves; / full'),
  ]);
}

/**
 * Against what it takes the same lazy open to read everything, which is less than a full one takes:
 * that one checks all structures, too.
 */
export function headlineOf([lazy]: readonly Times[]): Row {
  return {
    ...row(OFFSETS_FIRST, lazy, lazy.first, lazy.loaded, ''),
    note: 'first message / all loaded, of the same lazy open, with the most data',
  };
}

export function checkpointRowOf({ withThem, without, checkpoints }: Rates): Row {
  return {
    case: CHECKPOINTS, mib: 0, verify: 'lazy', unit: 'puts/s',
    value: rounded(medianOf(withThem), 4), spread: spreadOf(withThem),
    ratio: rounded(1 - ratioOf(withThem, without), 3),
    note: `1 - puts/s with / without; ${checkpoints} checkpoints on the clock, ` +
      `without: ${rounded(medianOf(without), 4)} puts/s, spread ${spreadOf(without)}`,
  };
}

export function gatesOf(rows: readonly Row[]): Gate[] {
  const gate = (what: string, most: number, goal: number): Gate => {
    const { ratio } = rows.find((one) => one.case === what)!;
    return { what, most, goal, ratio, holds: ratio <= most };
  };
  return [
    gate(OFFSETS_FIRST, OFFSETS_MOST, OFFSETS_GOAL),
    gate(CHECKPOINTS, CHECKPOINTS_MOST, CHECKPOINTS_GOAL),
  ];
}
