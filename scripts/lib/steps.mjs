// The build as a list of steps: what each one reads, what it writes, and how to run it.
import { existsSync } from 'node:fs';
import { buildCore } from './build-core.mjs';
import { buildHost, buildPrograms, generateLayout, PROGRAM_FOLDERS } from './build-host.mjs';
import { at } from './paths.mjs';
import { say } from './run.mjs';
import { hashOf, readStamps, writeStamp } from './stale.mjs';

const TOOLS = ['package.json', 'package-lock.json', 'scripts/build.mjs', 'scripts/lib'];

const STEPS = [
  {
    name: 'core', inputs: ['assembly'], run: buildCore,
    outputs: ['build/core.wasm', 'build/core.debug.wasm', 'build/core-bare.wasm',
      'src/core-wasm.ts'],
  },
  {
    name: 'layout', inputs: ['assembly/layout', 'scripts/gen-layout.mjs'], run: generateLayout,
    outputs: existsSync(at('scripts/gen-layout.mjs')) ? ['src/layout.ts'] : [],
  },
  {
    name: 'host', inputs: ['src', 'bin', 'tsconfig.json', 'tsconfig.build.json'], run: buildHost,
    outputs: ['dist'],
  },
  { name: 'programs', inputs: PROGRAM_FOLDERS, run: buildPrograms, outputs: ['build/js'] },
];

const keyOf = (step) => hashOf([...TOOLS, ...step.inputs]);

const isFresh = (step, stamps) =>
  step.outputs.every((path) => existsSync(at(path))) && stamps[step.name] === keyOf(step);

/** True when every output exists and belongs to the present inputs. */
export function isBuilt() {
  const stamps = readStamps();
  return STEPS.every((step) => isFresh(step, stamps));
}

/** Runs the steps that are stale, in order; all of them with force. A failure throws. */
export async function buildAll({ force = false } = {}) {
  for (const step of STEPS) {
    // A step's inputs may be an earlier step's outputs, so each is judged when its turn comes.
    if (!force && isFresh(step, readStamps())) continue;
    const started = performance.now();
    const key = keyOf(step);
    // What a step that fails leaves belongs to no inputs, not even to those of the last success.
    writeStamp(step.name, '');
    await step.run();
    writeStamp(step.name, key);
    say(`built ${step.name} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
}
