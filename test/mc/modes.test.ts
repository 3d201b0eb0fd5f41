// The searches by schedules checked: each finds what is planted, draws the same runs from the same
// seed, and gives a choice list that leads to the violation again.

import { describe, expect, it } from 'vitest';
import { findBuild } from './builds.js';
import { formatChoices, parseChoices } from './choices.js';
import { Listed } from './drivers.js';
import { SEARCHES, racingRunner, searchMode, type ModeOptions } from './modes.js';
import { replay } from './modes-report.js';
import { buildPlanted } from './planted.js';
import { plantedBugs } from './planted/index.js';
import type { Scenario, Violation } from './scenario.js';
import { scenarios } from './scenarios/index.js';
import {
  additions, deaths, lostWakeUp, supervisedByThread, tornByDeath, touches, transfers,
} from './selftest-scenarios.js';
import { decode, encode, KILL, KILL_INSIDE, STEP } from './transitions.js';

const PATIENCE_MS = 300_000;
const options = (search: ModeOptions['search']): ModeOptions => (
  { search, bound: 2, depth: 4, seed: 1, runs: 20_000, seconds: 60, shrinks: true });

async function searched(scenario: Scenario, mode: ModeOptions['search'], more = {}) {
  return searchMode(scenario, await findBuild(scenario.build), { ...options(mode), ...more });
}
async function found(scenario: Scenario, mode: ModeOptions['search']): Promise<Violation> {
  const { violation } = await searched(scenario, mode);
  if (violation === null) throw new Error(`${mode} finds nothing in ${scenario.name}`);
  return violation;
}

describe('choice lists', () => {
  it('are the same after writing and reading', () => {
    const path = [
      encode(STEP, 0), encode(STEP, 0), encode(STEP, 2), encode(KILL, 2),
      encode(KILL_INSIDE, 1, 17), encode(3, 1), encode(4, 1), encode(5, 1), encode(6, 0),
    ];
    expect(formatChoices(path)).toBe('0*2,2,2k,1k17,1d,1r,1n,0t');
    expect(parseChoices(formatChoices(path))).toEqual(path);
  });

  it('must be choices', () => {
    for (const text of ['x', '0*', '1q', '1d3', '0-1']) {
      expect(() => parseChoices(text), text).toThrow('is no choice');
    }
  });
});

describe.each(SEARCHES)('%s', (mode) => {
  it('passes the right versions', async () => {
    for (const scenario of [additions('add', 1), transfers('transfer', 'total'),
      deaths('environment'), supervisedByThread(true), touches(3, 2)]) {
      const result = await searched(scenario, mode, { runs: 300 });
      expect(result.violation, scenario.name).toBeNull();
      expect(result.runs).toBeGreaterThan(0);
    }
  });

  it('finds every kind of bug in the toys', async () => {
    expect((await found(additions('addInTwo'), mode)).kind).toBe('not linearizable');
    expect((await found(transfers('transferOpen', 'totalTorn'), mode)).kind)
      .toBe('not linearizable');
    expect((await found(transfers('transferQuiet', 'total'), mode)).kind).toBe('asleep for ever');
    expect((await found(lostWakeUp(), mode)).kind).toBe('asleep for ever');
    expect((await found(deaths('none'), mode)).kind).toBe('asleep for ever');
    expect((await found(tornByDeath(), mode)).kind).toBe('not linearizable');
    const rule = { ...touches(2, 2), invariant: (m: { load32(a: number): number }) =>
      (m.load32(0) > 3 ? 'too high' : null) };
    expect((await found(rule, mode)).kind).toBe('invariant');
  });

  const planted = [
    'release wakes nobody', 'apply before the commit', 'tree: descent does not look again',
    'batch: commits as one change', 'stream: appends without the lock',
  ];
  it.each(planted)('catches the planted bug: %s', async (name) => {
    const bug = plantedBugs.find((one) => one.name === name);
    const scenario = scenarios.find((one) => one.name === bug?.scenario);
    if (bug === undefined || scenario === undefined) throw new Error('no such planted bug');
    const build = await buildPlanted(bug, scenario);
    expect(searchMode(scenario, build, options(mode)).violation).not.toBeNull();
  }, PATIENCE_MS);
});

describe('counterexamples', () => {
  it('are the same for the same seed, and others for another', async () => {
    const first = await searched(tornByDeath(), 'random', { shrinks: false });
    const second = await searched(tornByDeath(), 'random', { shrinks: false });
    const other = await searched(tornByDeath(), 'random', { shrinks: false, seed: 2 });
    expect(second.violation).toEqual(first.violation);
    expect(second.foundIn).toBe(first.foundIn);
    expect(other.violation?.path).not.toEqual(first.violation?.path);
  });

  it('are shrunk to the switches and deaths that they need', async () => {
    const long = await searched(tornByDeath(), 'random', { shrinks: false });
    const short = await found(tornByDeath(), 'random');
    expect(short.kind).toBe(long.violation?.kind);
    const switches = (path: readonly number[]): number =>
      path.filter((action, i) => i > 0 && action !== path[i - 1]).length;
    expect(switches(short.path)).toBeLessThanOrEqual(switches(long.violation?.path ?? []));
    expect(short.path.filter((action) => decode(action).kind === KILL_INSIDE)).toHaveLength(1);
    expect(switches(short.path)).toBeLessThanOrEqual(4);
  });

  it('lead to the violation again, down to lines and call stacks', async () => {
    const scenario = tornByDeath();
    const build = await findBuild(scenario.build);
    const violation = await found(scenario, 'pct');
    const choices = parseChoices(formatChoices(violation.path));
    const lines: string[] = [];
    const again = replay(scenario, build, choices, (line) => lines.push(line));
    expect(again?.kind).toBe(violation.kind);
    const text = lines.join('\n');
    expect(text).toMatch(/T0 cmpxchg lock \(was 0x0\) {2}\w+ \S*toy\.ts:\d+ {2}\[.*transfer/);
    expect(text).toMatch(/VIOLATION not linearizable/);
    expect(text).not.toMatch(/could not be made/);
    const none = replay(scenario, build, parseChoices('1,7,0'), (line) => lines.push(line));
    expect(none).toBeNull();
    expect(lines.at(-1)).toBe('1 choices could not be made');
  });

  it('of the stateful search can be followed, too', async () => {
    const [runner] = racingRunner(lostWakeUp(), await findBuild(lostWakeUp().build));
    const { violation } = runner.run(new Listed([encode(STEP, 0), encode(STEP, 0)]));
    expect(violation).toBeNull();
  });
});
