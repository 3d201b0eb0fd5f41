// A process that does jobs one after the other, each by its name in the repository's lists. An
// error ends it, and with it the run.

import { runPlanted, runScenario, runSites, type Job } from './jobs.js';
import { plantedBugs } from './planted/index.js';
import { scenarios } from './scenarios/index.js';
import type { Trap } from './selection.js';

function named<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const found = list.find((one) => one.name === name);
  if (found === undefined) throw new Error(`nothing is called ${name}`);
  return found;
}

function trapOf(name: string): Trap {
  const bug = named(plantedBugs, name);
  return { bug, scenario: named(scenarios, bug.scenario) };
}

const trace = process.argv.includes('--trace');

async function run({ kind, name }: Job): Promise<unknown> {
  switch (kind) {
    case 'scenario': return runScenario(named(scenarios, name), trace);
    case 'planted': return runPlanted(trapOf(name), trace);
    case 'sites': return runSites(name);
  }
}

async function answer(job: Job): Promise<void> {
  process.send?.(await run(job));
}

process.on('message', (job: Job) => { void answer(job); });
