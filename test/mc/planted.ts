// Planted bugs: a patch of the sources, compiled in a copy, that its scenario must report. A
// checker that lets one pass proves nothing about the rule that the bug breaks.

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, repositoryRoot, sourceFolders, type Build } from './builds.js';
import { Search } from './explore.js';
import type { Program } from './machine-types.js';
import { loadProgram } from './program.js';
import type { PlantedBug, Scenario, SearchResult } from './scenario.js';

export interface PlantedVerdict {
  readonly bug: PlantedBug;
  readonly caught: boolean;
  readonly result: SearchResult;
  readonly build: Build;
  readonly program: Program;
}

/** Longest search for one bug; a caught one takes a fraction of this. */
const SECONDS_PER_BUG = 60;

/**
 * Applies a patch. Throws an Error unless `find` occurs exactly once, because a patch that does not
 * fit the present source would test nothing.
 */
export function applyPatch(source: string, bug: PlantedBug): string {
  const first = source.indexOf(bug.find);
  if (first < 0) throw new Error(`planted bug ${bug.name}: the text is not in ${bug.file}`);
  if (source.indexOf(bug.find, first + 1) >= 0) {
    throw new Error(`planted bug ${bug.name}: the text is in ${bug.file} more than once`);
  }
  if (bug.find === bug.replace) throw new Error(`planted bug ${bug.name} changes nothing`);
  return source.slice(0, first) + bug.replace + source.slice(first + bug.find.length);
}

/** A copy of the sources of `build` with the bug in it; returns its folder. */
function patchedSources(bug: PlantedBug, build: string): string {
  const root = repositoryRoot();
  const patched = applyPatch(readFileSync(join(root, bug.file), 'utf8'), bug);
  const key = createHash('sha256').update(build).update(bug.file).update(patched).digest('hex');
  const folder = join(root, 'build', 'mc-planted', key.slice(0, 16));
  rmSync(folder, { recursive: true, force: true });
  for (const source of sourceFolders(build)) {
    if (!existsSync(join(root, source))) continue;
    cpSync(join(root, source), join(folder, source), { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, bug.file), patched);
  return folder;
}

/** Compiles the sources with one bug in them, as its scenario needs them. */
export function buildPlanted(bug: PlantedBug, scenario: Scenario): Promise<Build> {
  return compile(scenario.build, patchedSources(bug, scenario.build));
}

/** Compiles the sources with one bug in them and searches its scenario. */
export async function checkPlanted(bug: PlantedBug, scenario: Scenario): Promise<PlantedVerdict> {
  const build = await buildPlanted(bug, scenario);
  const program = loadProgram(build);
  const seconds = Math.min(scenario.limits?.seconds ?? SECONDS_PER_BUG, SECONDS_PER_BUG);
  const limited = { ...scenario, limits: { ...scenario.limits, seconds } };
  const result = new Search(limited, program).run();
  return { bug, caught: result.violation !== null, result, build, program };
}
