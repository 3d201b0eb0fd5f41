// Runs before every npm script, so that a fresh clone needs no other command: installs packages
// and builds when either is missing or stale. With --bench, the packages of bench/ too.
// Quick when there is nothing to do; everything it prints goes to stderr.
import { mkdirSync } from 'node:fs';
import { install, needsInstall } from './lib/install.mjs';
import { withLock } from './lib/lock.mjs';
import { at } from './lib/paths.mjs';
import { say } from './lib/run.mjs';
import { buildAll, isBuilt } from './lib/steps.mjs';

const folders = process.argv.includes('--bench') ? ['.', 'bench'] : ['.'];

async function setUp() {
  // Asked again under the lock: another process may just have done the work.
  for (const folder of folders.filter(needsInstall)) install(folder);
  await buildAll();
}

if (folders.some(needsInstall) || !isBuilt()) {
  mkdirSync(at('build'), { recursive: true });
  try {
    await withLock(setUp);
  } catch (error) {
    say(`set-up failed: ${error.message}`);
    process.exitCode = 1;
  }
}
