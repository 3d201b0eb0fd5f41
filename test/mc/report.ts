// Runs lists of scenarios and planted bugs and sums up what was found, for people and for programs.

import { findBuild, type Build } from './builds.js';
import { Search } from './explore.js';
import type { Program } from './machine-types.js';
import { printReplay } from './modes-report.js';
import { checkPlanted } from './planted.js';
import { loadProgram } from './program.js';
import type { PlantedBug, Scenario, SearchResult } from './scenario.js';
import { locateSites } from './sites.js';
import { traceOf } from './trace.js';

export interface ScenarioRow {
  readonly name: string;
  readonly target: string;
  readonly threads: number;
  /** Most operations in the program of one thread. */
  readonly ops_per_thread: number;
  readonly max_deaths: number;
  readonly search: 'stateful';
  readonly states: number;
  readonly schedules: number;
  readonly complete: boolean;
  readonly violations: number;
}

export interface Report {
  readonly scenarios: ScenarioRow[];
  readonly planted: { readonly total: number; readonly caught: number; readonly missed: string[] };
  /** Hooked places of all builds that were searched. */
  readonly sites: number;
  /** Share of them that was executed at least once, 0 to 1. */
  readonly site_coverage: number;
  readonly seconds: number;
}

export interface RunOptions {
  /** Only the scenario of this name with its planted bugs, or only the planted bug. */
  readonly only?: string | undefined;
  /** Print the counterexample of every violation. */
  readonly trace: boolean;
  readonly planted: boolean;
  readonly long: boolean;
  /** Where the human text goes. */
  readonly print: (line: string) => void;
}

/** Which sites of a build were executed, over all scenarios. */
class Coverage {
  private readonly byProgram = new Map<Program, Uint8Array>();

  add(program: Program, covered: Uint8Array): void {
    const all = this.byProgram.get(program) ?? new Uint8Array(covered.length);
    covered.forEach((executed, site) => { if (executed !== 0) all[site] = 1; });
    this.byProgram.set(program, all);
  }

  get sites(): number {
    let total = 0;
    for (const all of this.byProgram.values()) total += all.length;
    return total;
  }

  get executed(): number {
    let total = 0;
    for (const all of this.byProgram.values()) for (const executed of all) total += executed;
    return total;
  }
}

/** Searches the scenarios, then the planted bugs. Throws when a planted bug names no scenario. */
export async function runAll(
  scenarios: readonly Scenario[], bugs: readonly PlantedBug[], options: RunOptions,
): Promise<Report> {
  const started = performance.now();
  const coverage = new Coverage();
  const rows: ScenarioRow[] = [];
  for (const scenario of scenarios) {
    const wanted = options.only === undefined
      ? options.long || !scenario.long
      : options.only === scenario.name;
    if (!wanted) continue;
    rows.push(await runScenario(scenario, coverage, options));
  }
  const planted = options.planted
    ? await runPlanted(scenarios, bugs, options)
    : { total: 0, caught: 0, missed: [] };
  const { sites } = coverage;
  return {
    scenarios: rows, planted, sites, site_coverage: sites === 0 ? 0 : coverage.executed / sites,
    seconds: (performance.now() - started) / 1000,
  };
}

async function runScenario(
  scenario: Scenario, coverage: Coverage, options: RunOptions,
): Promise<ScenarioRow> {
  const build = await findBuild(scenario.build);
  const program = loadProgram(build);
  const search = new Search(scenario, program);
  const result = search.run();
  coverage.add(program, search.machine.covered);
  options.print(summary(scenario, result));
  if (result.violation !== null) printReplay(scenario.name, result.violation, options.print);
  if (options.trace) printTrace(scenario, build, program, result, options);
  return {
    name: scenario.name,
    target: scenario.target,
    threads: scenario.threads.length,
    ops_per_thread: Math.max(0, ...scenario.threads.map((ops) => ops.length)),
    max_deaths: scenario.maxDeaths,
    search: 'stateful',
    states: result.states,
    schedules: result.schedules,
    complete: result.complete,
    violations: result.violation === null ? 0 : 1,
  };
}

function summary(scenario: Scenario, result: SearchResult): string {
  const verdict = result.violation === null
    ? (result.complete ? 'ok' : 'ok so far (limit)')
    : `VIOLATION ${result.violation.kind}: ${result.violation.message}`;
  const rate = Math.round(result.transitions / Math.max(result.seconds, 0.001) / 1000);
  return `${scenario.target.padEnd(6)} ${scenario.name.padEnd(44)} ` +
    `${String(result.states).padStart(9)} states ${result.seconds.toFixed(1).padStart(6)} s ` +
    `${String(rate).padStart(5)} k/s  ${verdict}`;
}

function printTrace(
  scenario: Scenario, build: Build, program: Program, result: SearchResult, options: RunOptions,
): void {
  if (result.violation === null) return;
  const where = locateSites(build, program.sites);
  for (const line of traceOf(scenario, program, where, result.violation)) {
    options.print(`    ${line}`);
  }
}

async function runPlanted(
  scenarios: readonly Scenario[], bugs: readonly PlantedBug[], options: RunOptions,
): Promise<Report['planted']> {
  const missed: string[] = [];
  let total = 0;
  for (const bug of bugs) {
    if (options.only !== undefined && ![bug.name, bug.scenario].includes(options.only)) continue;
    const scenario = scenarios.find(({ name }) => name === bug.scenario);
    if (scenario === undefined) {
      throw new Error(`planted bug ${bug.name}: no scenario is called ${bug.scenario}`);
    }
    const { caught, result, build, program } = await checkPlanted(bug, scenario);
    total++;
    if (!caught) missed.push(bug.name);
    const outcome = result.violation === null ? 'MISSED' : `caught: ${result.violation.kind}`;
    options.print(`planted ${bug.name.padEnd(44)} ${String(result.states).padStart(9)} states ` +
      `${result.seconds.toFixed(1).padStart(6)} s  ${outcome} (${bug.rule})`);
    if (options.trace) printTrace(scenario, build, program, result, options);
  }
  return { total, caught: total - missed.length, missed };
}
