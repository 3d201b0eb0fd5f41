// A build made ready for the crash runner: rewritten with hooks before every store, and nothing
// else, so that what is stopped is the code that is shipped.

import { readFileSync } from 'node:fs';
import type { Build } from '../mc/builds.js';
import { binaryen } from '../mc/expressions.js';
import { instrumentHooksOnly, type Site } from '../mc/instrument.js';

export interface Program {
  readonly build: Build;
  readonly module: WebAssembly.Module;
  readonly sites: readonly Site[];
}

export function loadProgram(build: Build): Program {
  // Names are kept, because sites are told by the functions that they are in.
  binaryen.setDebugInfo(true);
  const { wasm, sites } = instrumentHooksOnly(readFileSync(build.wasmFile));
  return { build, module: new WebAssembly.Module(wasm), sites };
}
