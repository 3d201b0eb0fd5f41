// A build made ready for the machine: rewritten, compiled, with its sites.

import { readFileSync } from 'node:fs';
import type { Build } from './builds.js';
import { instrument } from './instrument.js';
import type { Program } from './machine-types.js';

const programs = new Map<string, Program>();

/** Rewrites and compiles a build; kept for the life of the process. */
export function loadProgram(build: Build): Program {
  const known = programs.get(build.wasmFile);
  if (known !== undefined) return known;
  const original = readFileSync(build.wasmFile);
  const { wasm, sites, globals } = instrument(original);
  const program: Program = {
    module: new WebAssembly.Module(wasm), plain: new WebAssembly.Module(original), sites, globals,
  };
  programs.set(build.wasmFile, program);
  return program;
}
