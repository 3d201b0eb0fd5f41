// npm run build: builds everything from the start. Set-up (scripts/setup.mjs) runs the same steps,
// but only those that are stale.
import { mkdirSync } from 'node:fs';
import { withLock } from './lib/lock.mjs';
import { at } from './lib/paths.mjs';
import { say } from './lib/run.mjs';
import { buildAll } from './lib/steps.mjs';

mkdirSync(at('build'), { recursive: true });
try {
  await withLock(() => buildAll({ force: true }));
} catch (error) {
  say(`build failed: ${error.message}`);
  process.exitCode = 1;
}
