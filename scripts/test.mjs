// npm test: runs vitest and ends with one plain line, `N passed, N failed`, that tools can read.
// Arguments are passed on as file filters: npm test -- test/unit
import { startVitest } from 'vitest/node';
import { installChromium } from './lib/chromium.mjs';

const filters = process.argv.slice(2);
const wantsBrowser = (filter) => filter.startsWith('test/browser') || filter === 'browser';
if (filters.length === 0 || filters.some(wantsBrowser)) installChromium();
const vitest = await startVitest('test', filters, { watch: false, run: true });

let passed = 0;
let failed = vitest.state.getUnhandledErrors().length;
for (const module of vitest.state.getTestModules()) {
  // A file that cannot be loaded has no tests to count, but it is a failure.
  if (module.errors().length > 0) failed += 1;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') passed += 1;
    if (state === 'failed') failed += 1;
  }
}
await vitest.close();
if (passed + failed === 0) process.stderr.write('no test was found\n');
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
