// The crash runner in full, and the proof that it sees what it looks for.

import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findBuild } from '../mc/builds.js';
import { casesOf, shapes } from './cases/index.js';
import { crashBugs, plant } from './planted.js';
import { loadProgram } from './program.js';
import { runCases, type Report } from './report.js';
import { play } from './runner.js';

const quiet = { print: (): void => {} };
const root = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));

/** What the program says, as npm run starts it. */
async function reportOf(...args: string[]): Promise<Report> {
  const program = join(root, 'build', 'js', 'test', 'crash', 'cli.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--json', ...args]);
  return JSON.parse(stdout) as Report;
}

describe('every operation, stopped before every store', () => {
  it('is before or after, loses no byte, and lets others go on', async () => {
    const told: string[] = [];
    const print = (line: string): void => { told.push(line); };
    const report = runCases(loadProgram(await findBuild('core')), 'quick', { print });
    expect(told.filter((line) => line.includes('FAILED') || line.startsWith('  '))).toEqual([]);
    expect(report).toMatchObject({ wrong: 0, leaks: 0 });
    expect(report.points).toBeGreaterThanOrEqual(20_000);
    expect(report.nested_points).toBeGreaterThanOrEqual(200_000);
    expect(report.left_out).toBe(casesOf('full').length - casesOf('quick').length);
  }, 600_000);

  it('has a name for every case', () => {
    const cases = casesOf('full');
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it('plays the same in many threads as in one', async () => {
    const program = loadProgram(await findBuild('core'));
    const { seconds: _, ...alone } = runCases(program, 'full', { ...quiet, only: 'walk 17:' });
    const together = await reportOf('--only', 'walk 17:');
    expect(alone).toMatchObject({ cases: 2, wrong: 0, leaks: 0 });
    expect(together).toMatchObject(alone);
  });
});

describe('planted bugs', () => {
  it.each(crashBugs.map((bug) => [bug.name, bug] as const))('finds: %s', async (_, bug) => {
    const { module } = await plant(bug);
    const chosen = shapes.filter(({ name }) => name.includes(bug.cases));
    expect(chosen).not.toEqual([]);
    const failures = chosen.flatMap((played) => play(played, module).failures);
    // Store 0 would be a core that does not work at all, which proves nothing about recovery.
    expect(failures.filter(({ store }) => store > 0)).not.toEqual([]);
  }, 120_000);
});
