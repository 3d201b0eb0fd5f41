// The units of work of a run. Each is done alone, in any process and in any order: what it finds
// depends on nothing but its name.

import { ACCESS_NAMES } from './access.js';
import { findBuild, type Build } from './builds.js';
import { processorSeconds } from './clock.js';
import { Search } from './explore.js';
import type { Faults } from './faults.js';
import type { Program } from './machine-types.js';
import { printReplay } from './modes-report.js';
import { checkPlanted } from './planted.js';
import { loadProgram } from './program.js';
import type { Scenario, SearchResult, ViolationKind } from './scenario.js';
import type { Trap } from './selection.js';
import { locateSites } from './sites.js';
import { traceOf } from './trace.js';

/** The name of a scenario, of a planted bug, or of a build whose sites are to be located. */
export type Job =
  | { readonly kind: 'scenario' | 'planted' | 'sites'; readonly name: string };

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
  /** Processor time of the search, without compiling. */
  readonly seconds: number;
}

export interface PlantedRow {
  readonly name: string;
  readonly rule: string;
  readonly scenario: string;
  readonly caught: boolean;
  /** What the search reported first, null when it reported nothing. */
  readonly violation: ViolationKind | null;
  readonly states: number;
  /** Processor time of compiling and searching. */
  readonly seconds: number;
}

export interface ScenarioDone {
  readonly row: ScenarioRow;
  readonly build: string;
  /** Numbers of the sites that were executed. */
  readonly executed: readonly number[];
  readonly faults: Faults;
  /** What people read: a summary, and the counterexample if it was asked for. */
  readonly lines: readonly string[];
}

export interface PlantedDone {
  readonly row: PlantedRow;
  readonly lines: readonly string[];
}

/** Searches one scenario. */
export async function runScenario(scenario: Scenario, trace: boolean): Promise<ScenarioDone> {
  const build = await findBuild(scenario.build);
  const program = loadProgram(build);
  const search = new Search(scenario, program);
  const result = search.run();
  const { covered, faults } = search.machine;
  const row: ScenarioRow = {
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
    seconds: result.seconds,
  };
  const lines = [summary(scenario, result)];
  const { violation } = result;
  if (violation !== null) printReplay(scenario.name, violation, (line) => lines.push(line));
  if (trace) lines.push(...counterexample(scenario, build, program, result));
  const executed = [...covered.keys()].filter((site) => covered[site] !== 0);
  return { row, build: scenario.build, executed, faults, lines };
}

/** Compiles the sources with one bug in them and searches its scenario. */
export async function runPlanted({ bug, scenario }: Trap, trace: boolean): Promise<PlantedDone> {
  const started = processorSeconds();
  const { caught, result, build, program } = await checkPlanted(bug, scenario, trace);
  const seconds = processorSeconds() - started;
  const { name, rule } = bug;
  const row: PlantedRow = {
    name, rule, scenario: scenario.name, caught, violation: result.violation?.kind ?? null,
    states: result.states, seconds,
  };
  const outcome = result.violation === null ? 'MISSED' : `caught: ${result.violation.kind}`;
  const lines = [`planted ${name.padEnd(44)} ${String(result.states).padStart(9)} states ` +
    `${seconds.toFixed(1).padStart(6)} s  ${outcome} (${rule})`];
  if (build !== null) lines.push(...counterexample(scenario, build, program, result));
  return { row, lines };
}

/** The place of every site of a build, by number, as coverage.ts counts them. */
export async function runSites(buildName: string): Promise<string[]> {
  const build = await findBuild(buildName);
  const { sites } = loadProgram(build);
  return locateSites(build, sites).map((where, site) =>
    `${where.slice(where.indexOf(' ') + 1)} ${ACCESS_NAMES[sites[site].kind]}`);
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

function counterexample(
  scenario: Scenario, build: Build, program: Program, result: SearchResult,
): string[] {
  if (result.violation === null) return [];
  const where = locateSites(build, program.sites);
  return traceOf(scenario, program, where, result.violation).map((line) => `    ${line}`);
}
