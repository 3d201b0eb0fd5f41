// Random walks and PCT: as many runs as a budget allows. Run i of a seed is always the same run.

import { FAULTS, Listed, Pct, RandomWalk, type Extent } from './drivers.js';
import type { Driver, RunResult, Runner } from './runner.js';
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

/** A run is taken to have at least so many steps. */
const SHORTEST = 8;

/** Sums over runs. */
class Tally {
  runs = 0;
  steps = 0;
  private readonly counts = new Map<string, number>();

  add({ path }: RunResult): void {
    this.runs++;
    this.steps += path.length;
    for (const action of path) {
      const name = FAULTS[decode(action).kind];
      if (name !== undefined) this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    }
  }

  get faults(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Runs until the budget is used up or something is wrong. */
export function sample(runner: Runner, options: SampleOptions): Sample {
  const started = performance.now();
  const deadline = started + options.seconds * 1000;
  // The first run has no switch that it does not need: how long a run is, and whether it is right.
  let result = runner.run(new Listed([]));
  const extent: Extent = {
    threads: runner.scenario.threads.length, maxDeaths: runner.scenario.maxDeaths,
    steps: Math.max(result.path.length, SHORTEST),
  };
  const tally = new Tally();
  tally.add(result);
  while (result.violation === null && tally.runs < options.runs && performance.now() < deadline) {
    result = runner.run(driverFor(options, tally.runs, extent));
    tally.add(result);
  }
  return {
    runs: tally.runs, steps: tally.steps, seconds: (performance.now() - started) / 1000,
    faults: tally.faults, violation: result.violation,
    foundIn: result.violation === null ? -1 : tally.runs - 1,
  };
}

function driverFor({ search, seed, depth }: SampleOptions, run: number, extent: Extent): Driver {
  const random = new Random(seed, run);
  return search === 'pct' ? new Pct(random, extent, depth) : new RandomWalk(random, extent);
}
