// From samples to the rows that are printed, and the gates that they have to pass.
import { medianOf, quantileOf, rounded, spreadOf } from '../statistics.js';
import { nameOf } from './engine.js';
import type { Case } from './engine.js';
import type { Samples } from './measure.js';

/** One line of the result. */
export interface Row {
  readonly case: string;
  readonly engine: string;
  readonly msgs_per_s: number;
  readonly mib_per_s: number;
  /** Delay of one message to a consumer that sleeps, two thousand of them a second. */
  readonly p50_us: number;
  readonly p99_us: number;
  /** Messages per second / those of postMessage object and of transferred packed, by rounds. */
  readonly ratio_to_object: number;
  readonly ratio_to_transferred: number;
  /** Interquartile range of the rounds / their median. */
  readonly spread: number;
  readonly durable: boolean;
  /** Copies of a message between the producer's memory and what the consumer reads. */
  readonly copies: number;
  /** Whether all consumers read the same bytes. */
  readonly shared: boolean;
  readonly note: string;
}

export interface Gate {
  readonly what: string;
  readonly value: number;
  readonly holds: boolean;
}

const named = (samples: readonly Samples[], name: string): Samples =>
  samples.find(({ engine }) => engine.name === name)!;

function ratio(ours: Samples, theirs: Samples): number {
  return rounded(medianOf(ours.perSecond.map((value, i) => value / theirs.perSecond[i])), 3);
}

function rowOf(kase: Case, sample: Samples, all: readonly Samples[]): Row {
  const { engine, perSecond, delays } = sample;
  const value = medianOf(perSecond);
  return {
    case: nameOf(kase), engine: engine.name,
    msgs_per_s: rounded(value, 4), mib_per_s: rounded(value * kase.bytes / 2 ** 20, 4),
    p50_us: rounded(quantileOf(delays, 0.5), 3), p99_us: rounded(quantileOf(delays, 0.99), 3),
    ratio_to_object: ratio(sample, named(all, 'postMessage object')),
    ratio_to_transferred: ratio(sample, named(all, 'transferred packed')),
    spread: spreadOf(perSecond),
    durable: false, copies: engine.copies, shared: engine.shared, note: engine.note,
  };
}

/** The rows of a case, in the order of the samples. */
export function rowsOf(kase: Case, samples: readonly Samples[]): Row[] {
  return samples.map((sample) => rowOf(kase, sample, samples));
}

type Figure = 'ratio_to_object' | 'ratio_to_transferred' | 'p50_us';

/** What must hold for messages of 100 bytes to one consumer. */
const GATES: readonly (readonly [engine: string, figure: Figure, bound: number])[] = [
  ['millrace in place', 'ratio_to_object', 60],
  ['millrace staged', 'ratio_to_object', 30],
  ['millrace one push per message', 'ratio_to_object', 8],
  ['millrace in place', 'ratio_to_transferred', 1.5],
  ['millrace staged', 'ratio_to_transferred', 1],
  ['millrace one push per message', 'p50_us', 15],
];

export function gatesOf(rows: readonly Row[]): Gate[] {
  const first = rows[0].case;
  const of = (engine: string): Row =>
    rows.find((row) => row.case === first && row.engine === engine)!;
  return GATES.map(([engine, figure, bound]) => {
    const value = of(engine)[figure];
    const isDelay = figure === 'p50_us';
    return {
      what: `${first}, ${engine}: ${figure} ${isDelay ? '<=' : '>='} ${bound}` +
        (isDelay ? ` (bare ring: ${of('bare ring')[figure]})` : ''),
      value,
      holds: isDelay ? value <= bound : value >= bound,
    };
  });
}
