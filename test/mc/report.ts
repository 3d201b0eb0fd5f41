// Searches scenarios and planted bugs in several processes and sums up what was found, for people
// and for programs. The report does not depend on how the jobs fell to the processes.

import { Coverage, SHIPPED, type Covered } from './coverage.js';
import { addFaults, noFaults, type Faults } from './faults.js';
import type {
  Job, PlantedDone, PlantedRow, ScenarioDone, ScenarioRow,
} from './jobs.js';
import { doJobs } from './pool.js';
import type { Scenario } from './scenario.js';
import type { Selection } from './selection.js';

/** Field names are the ones that `--json` prints; they are part of what is promised. */
export interface Report extends Covered {
  readonly scenarios: readonly ScenarioRow[];
  readonly planted: {
    readonly total: number;
    readonly caught: number;
    readonly missed: readonly string[];
    readonly bugs: readonly PlantedRow[];
  };
  /** What this form of the run has not searched. */
  readonly left_out: Selection['leftOut'];
  /** How often the scenarios injected each kind of fault; planted bugs do not count. */
  readonly faults: Faults;
  /** Processes that searched. */
  readonly jobs: number;
  readonly seconds: number;
}

export interface RunOptions {
  /** Print the counterexample of every violation. */
  readonly trace: boolean;
  /** Processes to use, from 1 on. */
  readonly jobs: number;
  /** Where the human text goes, line by line. */
  readonly print: (line: string) => void;
}

/** Searches what was selected. Rejects when a process fails. */
export async function runAll(selection: Selection, options: RunOptions): Promise<Report> {
  const started = performance.now();
  const { scenarios, traps, leftOut } = selection;
  const builds = [...new Set([SHIPPED, ...scenarios.map(({ build }) => build)])];
  const jobs: Job[] = [
    ...[...scenarios].sort(heaviestFirst).map(({ name }): Job => ({ kind: 'scenario', name })),
    ...[...traps].sort((a, b) => heaviestFirst(a.scenario, b.scenario))
      .map(({ bug: { name } }): Job => ({ kind: 'planted', name })),
    ...builds.map((name): Job => ({ kind: 'sites', name })),
  ];
  const results = new Map<string, unknown>();
  await doJobs(jobs, options.jobs, options.trace, (index, result) => {
    const { kind, name } = jobs[index];
    results.set(`${kind} ${name}`, result);
    if (kind === 'sites') return;
    for (const line of (result as ScenarioDone | PlantedDone).lines) options.print(line);
  });
  const searched = scenarios.map(({ name }) => results.get(`scenario ${name}`) as ScenarioDone);
  const bugs = traps.map(({ bug }) => (results.get(`planted ${bug.name}`) as PlantedDone).row);
  const faults = noFaults();
  const coverage = new Coverage();
  for (const build of builds) coverage.locate(build, results.get(`sites ${build}`) as string[]);
  for (const done of searched) {
    addFaults(faults, done.faults);
    coverage.add(done.build, done.executed);
  }
  const missed = bugs.filter(({ caught }) => !caught).map(({ name }) => name);
  return {
    scenarios: searched.map(({ row }) => row),
    planted: { total: bugs.length, caught: bugs.length - missed.length, missed, bugs },
    left_out: leftOut, faults, ...coverage.covered,
    jobs: options.jobs, seconds: (performance.now() - started) / 1000,
  };
}

/**
 * What is likely to take long comes first, so that the processes end together: more threads and
 * more deaths make more states.
 */
function heaviestFirst(a: Scenario, b: Scenario): number {
  return weight(b) - weight(a);
}

function weight({ threads, maxDeaths, respawn }: Scenario): number {
  const lives = [...threads, ...(respawn ?? []).flatMap((list) => list ?? [])];
  return lives.length + 2 * maxDeaths;
}
