// Planted bugs: a patch of the sources, compiled in a copy, that its scenario must report. A
// checker that lets one pass proves nothing about the rule that the bug breaks.

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, repositoryRoot, sourceFolders, type Build } from './builds.js';
import { Search } from './explore.js';
import { ownBytes, type Instrumented } from './instrument.js';
import type { Program } from './machine-types.js';
import { Template } from './mutant.js';
import { loadProgram } from './program.js';
import type { PlantedBug, Scenario, SearchResult } from './scenario.js';

export interface PlantedVerdict {
  readonly bug: PlantedBug;
  readonly caught: boolean;
  readonly result: SearchResult;
  /** What the sites belong to, null unless they can be located. */
  readonly build: Build | null;
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

/** Compiles the sources with one bug in them, optimised as a whole. */
export function buildPlanted(bug: PlantedBug, scenario: Scenario): Promise<Build> {
  return compile(scenario.build, patchedSources(bug, scenario.build));
}

const templates = new Map<string, Template>();

/** The template of a build; kept for the life of the process. */
async function templateOf(build: string): Promise<Template> {
  let template = templates.get(build);
  if (template === undefined) {
    const { wasmFile } = await compile(build, repositoryRoot(), '-O0');
    template = new Template(readFileSync(wasmFile));
    templates.set(build, template);
  }
  return template;
}

/** The program of a build with one bug in it, made from its template. */
async function mutantOf(bug: PlantedBug, build: string): Promise<Program> {
  const template = await templateOf(build);
  const { wasmFile } = await compile(build, patchedSources(bug, build), '-O0');
  const original = readFileSync(wasmFile);
  return programOf(original, template.instrument(original));
}

/**
 * A build without a bug, put together as those with one are. What a search finds in it comes from
 * the way in which they are made.
 */
export async function unpatched(build: string): Promise<Program> {
  const template = await templateOf(build);
  return programOf(template.original, template.respliced());
}

function programOf(original: Uint8Array, { wasm, sites, globals }: Instrumented): Program {
  return {
    module: new WebAssembly.Module(wasm), plain: new WebAssembly.Module(ownBytes(original)),
    sites, globals,
  };
}

/**
 * Compiles the sources with one bug in them and searches its scenario. With `located` the code is
 * optimised as a whole, which takes seconds, so that sites can be found in the sources.
 */
export async function checkPlanted(
  bug: PlantedBug, scenario: Scenario, located = false,
): Promise<PlantedVerdict> {
  const build = located ? await buildPlanted(bug, scenario) : null;
  const program = build === null ? await mutantOf(bug, scenario.build) : loadProgram(build);
  const seconds = Math.min(scenario.limits?.seconds ?? SECONDS_PER_BUG, SECONDS_PER_BUG);
  const limited = { ...scenario, limits: { ...scenario.limits, seconds } };
  const result = new Search(limited, program).run();
  return { bug, caught: result.violation !== null, result, build, program };
}
