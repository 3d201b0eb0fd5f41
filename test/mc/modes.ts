// The searches that draw or bound their schedules, as one call for a scenario on a build: bounded
// depth first, random walk, PCT. What they find is shrunk before it is reported.

import { BoundedSearch } from './bounded.js';
import type { Build } from './builds.js';
import { loadProgram } from './program.js';
import { RaceJudge } from './race-judge.js';
import { allowedAccesses, type AllowedAccess } from './race-allowed.js';
import { Runner } from './runner.js';
import { sample } from './sample.js';
import type { Scenario, Violation } from './scenario.js';
import { shrink } from './shrink.js';

export const SEARCHES = ['dfs', 'random', 'pct'] as const;
export type ScheduleSearch = (typeof SEARCHES)[number];

export interface ModeOptions {
  readonly search: ScheduleSearch;
  /** Preemptions at most: dfs only. */
  readonly bound: number;
  /** Ordered steps: pct only. */
  readonly depth: number;
  readonly seed: number;
  /** Most runs; Infinity for as many as the seconds allow. */
  readonly runs: number;
  /** Per scenario. */
  readonly seconds: number;
  /** False: what is found is reported as it was found. */
  readonly shrinks: boolean;
}

export interface ModeResult {
  /** Schedules that came to their end. */
  readonly runs: number;
  /** Distinct states; random walk and PCT do not count them. */
  readonly states: number;
  readonly steps: number;
  readonly seconds: number;
  /** dfs: everything within the bound was searched. Others: never. */
  readonly exhausted: boolean;
  readonly faults: Readonly<Record<string, number>>;
  /** As it is reported: shrunk. */
  readonly violation: Violation | null;
  /** The run of random walk or PCT that found it, else -1. */
  readonly foundIn: number;
  /** Entries of the races' allow-list that were needed. */
  readonly met: ReadonlySet<AllowedAccess>;
  /** Places of the program that were executed, numbered as in a program without loads. */
  readonly covered: Uint8Array;
}

/** A runner that looks for races, too, and the judge of them. */
export function racingRunner(scenario: Scenario, build: Build): [Runner, RaceJudge] {
  const program = loadProgram(build, true);
  const judge = new RaceJudge(scenario, build, program, allowedAccesses);
  return [new Runner(scenario, program, judge.detector), judge];
}

/** Searches one scenario. Deterministic but for the time limit. */
export function searchMode(scenario: Scenario, build: Build, options: ModeOptions): ModeResult {
  return options.search === 'dfs'
    ? searchBounded(scenario, build, options)
    : searchSampled(scenario, build, options, options.search);
}

function searchBounded(scenario: Scenario, build: Build, options: ModeOptions): ModeResult {
  const program = loadProgram(build);
  const states = scenario.limits?.states ?? Infinity;
  const search = new BoundedSearch(scenario, program, { ...options, states });
  const found = search.run();
  const short = found.violation === null || !options.shrinks
    ? found.violation
    : shrink(new Runner(scenario, program, null), found.violation);
  return {
    ...found, violation: short, faults: {}, foundIn: -1, met: new Set(), covered: search.covered,
  };
}

function searchSampled(
  scenario: Scenario, build: Build, options: ModeOptions, search: 'random' | 'pct',
): ModeResult {
  const [runner, judge] = racingRunner(scenario, build);
  const found = sample(runner, { ...options, search });
  const { violation } = found;
  return {
    ...found, states: 0, exhausted: false, met: judge.met, covered: runner.covered,
    violation: violation === null || !options.shrinks ? violation : shrink(runner, violation),
  };
}
