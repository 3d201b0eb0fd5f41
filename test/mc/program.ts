// A build made ready for the machine: rewritten, compiled, with its sites.

import { readFileSync } from 'node:fs';
import type { Build } from './builds.js';
import { instrument } from './instrument.js';
import type { Program } from './machine-types.js';

const programs = new Map<string, Program>();

/**
 * Rewrites and compiles a build; kept for the life of the process.
 * @param loads With hooks at plain loads, as the race detector needs them.
 */
export function loadProgram(build: Build, loads = false): Program {
  const key = `${build.wasmFile}${loads ? ' with loads' : ''}`;
  const known = programs.get(key);
  if (known !== undefined) return known;
  const original = readFileSync(build.wasmFile);
  const { wasm, hooked, sites, globals } = instrument(original, loads);
  const program: Program = {
    module: new WebAssembly.Module(wasm), plain: new WebAssembly.Module(hooked), sites, globals,
  };
  programs.set(key, program);
  return program;
}
