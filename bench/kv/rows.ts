// From samples to the rows that are printed, and the gates that they have to pass.
import { medianOf, rounded, spreadOf } from '../statistics.js';
import type { Engine, Op } from './engine.js';
import type { Samples } from './measure.js';

/** One line of the result: an engine's figure and ours beside it, as a ratio. */
export interface Row {
  readonly op: Op;
  readonly engine: string;
  /** Ours / the engine's, the median over the rounds: above 1 we are faster. */
  readonly ratio: number;
  readonly unit: 'ops/s';
  /** The engine's own figure, the median over the rounds. */
  readonly value: number;
  /** Interquartile range of the engine's rounds / their median. */
  readonly spread: number;
  readonly durable: boolean;
  readonly copies: number;
  readonly shared: boolean;
  readonly note: string;
  /** Atomic writes (stores, exchanges, CAS) of one of our operations. */
  readonly atomics_per_op: number;
}

/** Least ratio that a row must have. */
export interface Gate {
  readonly op: Op;
  readonly engine: string;
  readonly least: number;
  readonly ratio: number;
  readonly holds: boolean;
}

export const OURS = 'millrace';
export const BARE = 'millrace bare';

const GATES: readonly Pick<Gate, 'op' | 'engine' | 'least'>[] = [
  { op: 'get', engine: 'lmdb-js getBinary', least: 1.5 },
  { op: 'put', engine: 'lmdb-js put', least: 4 },
  { op: 'get', engine: BARE, least: 0.9 },
  { op: 'put', engine: BARE, least: 0.67 },
];

function rowOf(op: Op, { engine, perSecond }: Samples, ours: Samples, atomics: number): Row {
  const { name, durable, shared, ops }: Engine = engine;
  const { copies, note } = ops[op]!;
  const value = medianOf(perSecond);
  return {
    op, engine: name,
    ratio: rounded(medianOf(perSecond.map((theirs, i) => ours.perSecond[i] / theirs)), 3),
    unit: 'ops/s', value: rounded(value, 4),
    spread: spreadOf(perSecond),
    durable, copies, shared, note, atomics_per_op: atomics,
  };
}

/** The rows of an operation, in the order of the samples. */
export function rowsOf(op: Op, samples: readonly Samples[], atomics: number): Row[] {
  const ours = samples.find(({ engine }) => engine.name === OURS)!;
  return samples.map((sample) => rowOf(op, sample, ours, atomics));
}

export function gatesOf(rows: readonly Row[]): Gate[] {
  return GATES.map((gate) => {
    const { ratio } = rows.find(({ op, engine }) => op === gate.op && engine === gate.engine)!;
    return { ...gate, ratio, holds: ratio >= gate.least };
  });
}
