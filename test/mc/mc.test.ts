/**
 * The model checker in its quick form: the scenarios that take seconds are left out, and of the
 * planted bugs one for each rule is searched. `npm run mc` is the whole of it. It runs as its own
 * program, because it is one long computation.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { repositoryRoot } from './builds.js';
import { plantedBugs } from './planted/index.js';
import type { Report } from './report.js';
import { scenarios } from './scenarios/index.js';
import { numberOf, select } from './selection.js';

const TIME_LIMIT_MS = 900_000;
const OUTPUT_LIMIT = 1 << 24;

test('no schedule breaks the shipped core, and every planted bug is caught', async () => {
  const cli = join(repositoryRoot(), 'build', 'js', 'test', 'mc', 'cli.js');
  const { stdout } = await promisify(execFile)(
    process.execPath, [cli, '--quick', '--json'], { maxBuffer: OUTPUT_LIMIT },
  );
  const report = JSON.parse(stdout) as Report;
  expect(report.scenarios.filter(({ violations }) => violations > 0)).toEqual([]);
  expect(report.scenarios.filter(({ complete }) => !complete)).toEqual([]);
  expect(report.scenarios.length + report.left_out.scenarios).toBe(scenarios.length);
  expect(report.planted.missed).toEqual([]);
  expect(report.planted.caught).toBe(report.planted.total);
  expect(report.planted.total + report.left_out.planted).toBe(plantedBugs.length);
  expect(report.planted.total).toBeGreaterThanOrEqual(40);
  for (const [kind, times] of Object.entries(report.faults)) expect(times, kind).toBeGreaterThan(0);
}, TIME_LIMIT_MS);

describe('the quick form', () => {
  const quick = select(scenarios, plantedBugs, { planted: true, quick: true, long: false });
  const whole = select(scenarios, plantedBugs, { planted: true, quick: false, long: false });
  const mechanism = ({ name }: { readonly name: string }): string => name.split(':')[0];

  test('has a scenario for every mechanism and a planted bug for every rule', () => {
    const mechanisms = new Set(whole.scenarios.map(mechanism));
    expect(new Set(quick.scenarios.map(mechanism))).toEqual(mechanisms);
    const rules = new Set(plantedBugs.map(numberOf));
    expect(new Set(quick.traps.map(({ bug }) => numberOf(bug)))).toEqual(rules);
  });

  test('has every scenario that stands for one that is left out', () => {
    for (const { quickInstead } of scenarios) {
      if (quickInstead === undefined) continue;
      expect(quick.scenarios.map(({ name }) => name)).toContain(quickInstead);
    }
  });

  test('says how much is left out', () => {
    expect(quick.leftOut.scenarios).toBe(scenarios.length - quick.scenarios.length);
    expect(quick.leftOut.planted).toBe(plantedBugs.length - quick.traps.length);
    const one = select(scenarios, plantedBugs, {
      planted: true, quick: false, long: false, only: plantedBugs[0].name,
    });
    expect(one.traps.map(({ bug }) => bug)).toEqual([plantedBugs[0]]);
    expect(one.leftOut).toEqual({ scenarios: scenarios.length, planted: plantedBugs.length - 1 });
  });

  test('refuses a planted bug whose scenario is not there', () => {
    const stray = { ...plantedBugs[0], scenario: 'none' };
    expect(() => select(scenarios, [stray], { planted: true, quick: true, long: false }))
      .toThrow('no scenario is called none');
  });
});
