// Rows and lines about the searches of modes.ts, and how a counterexample is told.

import type { Build } from './builds.js';
import { formatChoices } from './choices.js';
import { racingRunner, searchMode, type ModeOptions, type ModeResult } from './modes.js';
import { loadProgram } from './program.js';
import { Listed } from './drivers.js';
import type { AllowedAccess } from './race-allowed.js';
import type { Scenario, Violation } from './scenario.js';
import { locateSites } from './sites.js';
import { traceOf } from './trace.js';

/** What is told of a search by schedules; fields that other rows have, too, mean the same. */
export interface ModeRow {
  readonly name: string;
  readonly target: string;
  readonly threads: number;
  readonly ops_per_thread: number;
  readonly max_deaths: number;
  readonly search: ModeOptions['search'];
  readonly seed: number;
  /** dfs: preemptions; pct: ordered steps; random: 0. */
  readonly bound: number;
  readonly states: number;
  /** Schedules that came to their end. */
  readonly schedules: number;
  readonly runs: number;
  readonly steps: number;
  /** Never: what was drawn or bounded is not everything. */
  readonly complete: false;
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: number;
}

export type Print = (line: string) => void;

/** How many digits the columns of the lines have. */
const COLUMNS = { name: 44, count: 9, seconds: 6, rate: 5 } as const;

export interface ModeReport {
  readonly row: ModeRow;
  readonly met: ReadonlySet<AllowedAccess>;
  readonly covered: Uint8Array;
}

/** Searches one scenario and prints what came out. `label` is what `--only` would be given. */
export function runMode(
  scenario: Scenario, build: Build, options: ModeOptions, label: string, print: Print,
): ModeReport {
  const result = searchMode(scenario, build, options);
  print(summary(scenario, label, options, result));
  const { violation } = result;
  if (violation !== null) {
    if (result.foundIn >= 0) print(`    seed ${options.seed}, run ${result.foundIn}`);
    printReplay(label, violation, print);
  }
  const { search, seed, bound, depth } = options;
  const row: ModeRow = {
    name: scenario.name, target: scenario.target, threads: scenario.threads.length,
    ops_per_thread: Math.max(0, ...scenario.threads.map((ops) => ops.length)),
    max_deaths: scenario.maxDeaths, search, seed,
    bound: search === 'dfs' ? bound : search === 'pct' ? depth : 0,
    states: result.states, schedules: result.runs, runs: result.runs, steps: result.steps,
    complete: false, faults: result.faults, violations: violation === null ? 0 : 1,
  };
  return { row, met: result.met, covered: result.covered };
}

function summary(
  scenario: Scenario, label: string, { search }: ModeOptions, result: ModeResult,
): string {
  const verdict = result.violation === null
    ? (result.exhausted ? 'ok within the bound' : 'ok so far')
    : `VIOLATION ${result.violation.kind}: ${result.violation.message}`;
  const rate = Math.round(result.steps / Math.max(result.seconds, 0.001) / 1000);
  return `${scenario.target.padEnd(6)} ${label.padEnd(COLUMNS.name)} ` +
    `${String(result.runs).padStart(COLUMNS.count)} ${search} runs ` +
    `${result.seconds.toFixed(1).padStart(COLUMNS.seconds)} s ` +
    `${String(rate).padStart(COLUMNS.rate)} k/s  ${verdict}`;
}

/** How to see a violation again. */
export function printReplay(label: string, violation: Violation, print: Print): void {
  const choices = formatChoices(violation.path);
  print(`    npm run mc -- --only '${label}' --replay '${choices}'`);
}

/**
 * Follows a choice list on a build and prints every step with its place in the sources and the
 * call stack. Returns what it came to.
 */
export function replay(
  scenario: Scenario, build: Build, choices: readonly number[], print: Print,
): Violation | null {
  const [runner] = racingRunner(scenario, build);
  const driver = new Listed(choices);
  const { path, violation } = runner.run(driver);
  const program = loadProgram(build);
  const end = violation ?? { kind: null, message: 'no violation', path };
  const where = locateSites(build, program.sites);
  for (const line of traceOf(scenario, program, where, end)) print(line);
  if (driver.skipped > 0) print(`${driver.skipped} choices could not be made`);
  return violation;
}
