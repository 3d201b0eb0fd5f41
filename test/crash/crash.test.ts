// The crash runner in full, and the proof that it sees what it looks for.

import { describe, expect, it } from 'vitest';
import { findBuild } from '../mc/builds.js';
import { cases } from './cases/index.js';
import { crashBugs, plant } from './planted.js';
import { loadProgram } from './program.js';
import { runCases } from './report.js';
import { play } from './runner.js';

const quiet = { print: (): void => {} };

describe('every operation, stopped before every store', () => {
  it('is before or after, loses no byte, and lets others go on', async () => {
    const told: string[] = [];
    const print = (line: string): void => { told.push(line); };
    const report = runCases(loadProgram(await findBuild('core')), cases, { print });
    expect(told.filter((line) => line.includes('FAILED') || line.startsWith('  '))).toEqual([]);
    expect(report).toMatchObject({ wrong: 0, leaks: 0 });
    expect(report.points).toBeGreaterThanOrEqual(20_000);
    expect(report.nested_points).toBeGreaterThanOrEqual(200_000);
  }, 600_000);

  it('has a name for every case', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it('plays the cases that were asked for', async () => {
    const program = loadProgram(await findBuild('core'));
    const report = runCases(program, cases, { ...quiet, only: 'put: first key, width 4' });
    expect(report).toMatchObject({ wrong: 0, leaks: 0 });
    expect(report.points).toBeGreaterThan(100);
  });
});

describe('planted bugs', () => {
  it.each(crashBugs.map((bug) => [bug.name, bug] as const))('finds: %s', async (_, bug) => {
    const { module } = await plant(bug);
    const chosen = cases.filter(({ name }) => name.includes(bug.cases));
    expect(chosen).not.toEqual([]);
    const failures = chosen.flatMap((played) => play(played, module).failures);
    // Store 0 would be a core that does not work at all, which proves nothing about recovery.
    expect(failures.filter(({ store }) => store > 0)).not.toEqual([]);
  }, 120_000);
});
