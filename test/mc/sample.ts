// Random walks and PCT: as many runs as a budget allows. Run i of a seed is always the same run.

import { FAULTS, Listed, Pct, RandomWalk, type Extent } from './drivers.js';
import type { RunResult, Runner } from './runner.js';
import type { Driver } from './runner.js';
import { Random } from './random.js';
import type { Violation } from './scenario.js';
import { decode } from './transitions.js';

export interface SampleOptions {
  readonly search: 'random' | 'pct';
  readonly seed: number;
  /** Ordered steps that PCT looks for; at least 1. */
  readonly depth: number;
  readonly seconds: number;
  readonly runs: number;
}

export interface Sample {
  readonly runs: number;
  readonly steps: number;
  readonly seconds: number;
  /** How often each kind of fault happened. */
  readonly faults: Readonly<Record<string, number>>;
  readonly violation: Violation | null;
  /** The run that found it, -1 for none. */
  readonly foundIn: number;
}

/** Runs until the budget is used up or something is wrong. */
export function sample(runner: Runner, options: SampleOptions): Sample {
  const started = performance.now();
  const deadline = started + options.seconds * 1000;
  const counts = new Map<string, number>();
  let steps = 0;
  let runs = 0;
  let violation: Violation | null = null;
  const note = (result: RunResult): void => {
    runs++;
    steps += result.path.length;
    violation = result.violation;
    for (const action of result.path) {
      const name = FAULTS[decode(action).kind];
      if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  };
  // The first run has no switch that it does not need: how long a run is, and whether it is right.
  const first = runner.run(new Listed([]));
  note(first);
  const extent: Extent = {
    threads: runner.scenario.threads.length, maxDeaths: runner.scenario.maxDeaths,
    steps: Math.max(first.path.length, 8),
  };
  while (violation === null && runs < options.runs && performance.now() < deadline) {
    note(runner.run(driverFor(options, runs, extent)));
  }
  return {
    runs, steps, seconds: (performance.now() - started) / 1000,
    faults: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    violation, foundIn: violation === null ? -1 : runs - 1,
  };
}

function driverFor({ search, seed, depth }: SampleOptions, run: number, extent: Extent): Driver {
  const random = new Random(seed, run);
  return search === 'pct' ? new Pct(random, extent, depth) : new RandomWalk(random, extent);
}
