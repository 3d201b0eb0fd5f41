// From samples to the rows that are printed, and the gate.
import { medianOf, rounded, spreadOf } from '../statistics.js';
import type { Loads, Samples } from './measure.js';

/** One line of the result. */
export interface Row {
  readonly case: string;
  readonly engine: string;
  /** Ours / the engine's, the median over the rounds: above 1 we are faster. */
  readonly ratio: number;
  readonly unit: 'puts/s' | 'ms';
  /** The engine's own figure, the median over the rounds. */
  readonly value: number;
  /** Interquartile range of the engine's rounds / their median. */
  readonly spread: number;
  /** What a put has survived when the clock stops. */
  readonly durability: 'visible' | 'flushed' | 'synced';
  readonly copies: number;
  readonly shared: boolean;
  readonly note: string;
}

/** What must hold, and what should. */
export interface Gate {
  readonly what: string;
  readonly least: number;
  readonly goal: number;
  readonly ratio: number;
  readonly holds: boolean;
}

export const HEADLINE = 'synced \u00f7 volatile puts';
export const OURS = 'millrace';
export const VOLATILE = 'millrace :memory:';

const LEAST = 0.6;
const GOAL = 0.9;

const named = (samples: readonly Samples[], name: string): Samples =>
  samples.find(({ engine }) => engine.name === name)!;

/** Seconds of b / seconds of a in the same round, the median: how many times faster a is. */
const timesFaster = (a: Samples, b: Samples): number =>
  rounded(medianOf(a.seconds.map((mine, i) => b.seconds[i] / mine)), 3);

function rowOf(kase: string, sample: Samples, ours: Samples): Row {
  const { engine, way, puts, seconds } = sample;
  const isInMemory = engine.name === VOLATILE || kase === 'visible';
  return {
    case: kase, engine: engine.name, ratio: timesFaster(ours, sample), unit: 'puts/s',
    value: rounded(puts / medianOf(seconds), 4), spread: spreadOf(seconds),
    durability: isInMemory ? 'visible' : kase.includes('synced') ? 'synced' : 'flushed',
    copies: engine.copies, shared: engine.shared, note: way.note,
  };
}

/** The rows of a case, in the order of the samples. */
export function rowsOf(kase: string, samples: readonly Samples[]): Row[] {
  const ours = named(samples, OURS);
  return samples.map((sample) => rowOf(kase, sample, ours));
}

/** The rows of loading empty engines: the one with the gate first. */
export function loadRowsOf({ samples, reopen }: Loads): Row[] {
  const ours = named(samples, OURS);
  const { puts } = ours;
  const load = `${puts} puts, synced at the end`;
  return [
    {
      ...rowOf(load, ours, ours), case: HEADLINE,
      ratio: timesFaster(ours, named(samples, VOLATILE)),
      note: `time without files / time with them, ${puts} puts and one flush in an empty store`,
    },
    ...rowsOf(load, samples),
    {
      ...rowOf(load, ours, ours), case: `reopen after ${puts} puts`, ratio: 1, unit: 'ms',
      value: rounded(medianOf(reopen) * 1000, 3), spread: spreadOf(reopen),
      note: 'from open to the first value; closed before: no journal that an image could replace',
    },
  ];
}

export function gatesOf(rows: readonly Row[]): Gate[] {
  const { ratio } = rows.find((row) => row.case === HEADLINE)!;
  return [{ what: HEADLINE, least: LEAST, goal: GOAL, ratio, holds: ratio >= LEAST }];
}
