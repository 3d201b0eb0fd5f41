// `npm run mc -- --search dfs|random|pct` and `--replay`: the parts of the command line that do not
// search statefully.

import { findBuild, type Build } from './builds.js';
import { parseChoices } from './choices.js';
import type { ModeOptions } from './modes.js';
import { replay, runMode, type ModeRow, type Print } from './modes-report.js';
import { buildPlanted } from './planted.js';
import type { PlantedBug, Scenario } from './scenario.js';

/** A scenario on a build: what `--only` names. */
interface Target {
  readonly label: string;
  readonly scenario: Scenario;
  readonly build: Build;
  /** A planted bug should be found. */
  readonly planted: boolean;
}

export interface Catalogue {
  readonly scenarios: readonly Scenario[];
  /** Too large for the stateful search. */
  readonly large: readonly Scenario[];
  readonly planted: readonly PlantedBug[];
}

/** What `--only` names: a scenario, large or not, or a planted bug. Throws if it is nothing. */
async function targetOf(name: string, catalogue: Catalogue): Promise<Target> {
  const all = [...catalogue.scenarios, ...catalogue.large];
  const scenario = all.find((one) => one.name === name);
  if (scenario !== undefined) {
    return { label: name, scenario, build: await findBuild(scenario.build), planted: false };
  }
  const bug = catalogue.planted.find((one) => one.name === name);
  const host = all.find((one) => one.name === bug?.scenario);
  if (bug === undefined || host === undefined) throw new Error(`nothing is called '${name}'`);
  return { label: name, scenario: host, build: await buildPlanted(bug, host), planted: true };
}

export interface ModesReport {
  readonly scenarios: readonly ModeRow[];
  readonly seconds: number;
}

/** Searches the large scenarios, or what `only` names; the second value says what is wrong. */
export async function runModes(
  catalogue: Catalogue, only: string | undefined, options: ModeOptions, print: Print,
): Promise<[ModesReport, string[]]> {
  const started = performance.now();
  const names = only === undefined ? catalogue.large.map(({ name }) => name) : [only];
  const rows: ModeRow[] = [];
  const failures: string[] = [];
  for (const name of names) {
    const { label, scenario, build, planted } = await targetOf(name, catalogue);
    const { row } = runMode(scenario, build, options, label, print);
    rows.push(row);
    if (row.violations > 0 && !planted) failures.push(`violation in ${label}`);
    if (row.violations === 0 && planted) failures.push(`missed: ${label}`);
  }
  return [{ scenarios: rows, seconds: (performance.now() - started) / 1000 }, failures];
}

/** Prints the run that a choice list describes; what is wrong with it, if anything. */
export async function runReplay(
  catalogue: Catalogue, only: string, choices: string, print: Print,
): Promise<string[]> {
  const { label, scenario, build } = await targetOf(only, catalogue);
  const violation = replay(scenario, build, parseChoices(choices), print);
  return violation === null ? [] : [`violation in ${label}`];
}
