// The race detector checked: it reports accesses that nothing orders and no others, and every entry
// of its allow-list is needed.

import { describe, expect, it } from 'vitest';
import { findBuild, type Build } from './builds.js';
import { racingRunner, searchMode, type ModeOptions } from './modes.js';
import { buildPlanted } from './planted.js';
import { allowedAccesses, type AllowedAccess } from './race-allowed.js';
import { sample } from './sample.js';
import type { PlantedBug, Scenario } from './scenario.js';
import { scenarios } from './scenarios/index.js';
import { largeScenarios } from './scenarios/large.js';
import {
  TOY, additions, deaths, lostWakeUp, tornByDeath, transfers,
} from './selftest-scenarios.js';

const PATIENCE_MS = 600_000;
/** Searches of a scenario for the races that are allowed there. */
const SEEDS = 20;
const options: ModeOptions = {
  search: 'random', bound: 0, depth: 4, seed: 1, runs: 500, seconds: 60, shrinks: true,
};
const toyBug = (name: string, find: string, replace: string): PlantedBug => (
  { name, rule: 'toy', file: TOY, find, replace, scenario: 'transfer beside total' });

/** A bug that no schedule of the search shows, because plain accesses are no choices. */
const planted: readonly [PlantedBug, string][] = [
  [toyBug('the lock is freed by a plain store',
    '  if (atomic.xchg<i32>(LOCK, 0) & 0x80) notify(<u32>LOCK);',
    '  store<i32>(LOCK, 0);\n  notify(<u32>LOCK);'), 'transfer beside total'],
  [toyBug('the lock is freed before the last load',
    '  const sum = load<i32>(LEFT) + load<i32>(RIGHT);\n  release();\n  return sum;',
    '  const left = load<i32>(LEFT);\n  release();\n  return left + load<i32>(RIGHT);'),
  'transfer beside total'],
  [{
    name: 'what readers load on their own is stored plainly', rule: '2.7', scenario: '',
    file: 'assembly/mtx/record.ts',
    find: '  const header = entryHeader(nodeOf(shadow) + offset, 1) | PUBLISH;',
    replace: '  const header = entryHeader(nodeOf(shadow) + offset, 1);',
  }, 'leaf: three threads'],
  [{
    name: 'the commit is stored plainly', rule: '2.6', scenario: '',
    file: 'assembly/mtx/commit.ts',
    find: '  publish64(self + ST, idleState(generation, head + 1) | COMMITTED);',
    replace: '  store<u64>(self, idleState(generation, head + 1) | COMMITTED, ST);',
  }, 'recovery: racing recoverers, one slow'],
];

function kindFound(scenario: Scenario, build: Build): string | undefined {
  return searchMode(scenario, build, options).violation?.kind;
}

describe('races', () => {
  it('are none in programs that order their accesses', async () => {
    for (const scenario of [transfers('transfer', 'total'), deaths('environment'),
      additions('add'), additions('spinAdd'), lostWakeUp()]) {
      const kind = kindFound(scenario, await findBuild(scenario.build));
      expect(kind, scenario.name).not.toBe('data race');
    }
  });

  it('are ordered by the proof of a death', async () => {
    const { detector } = racingRunner(tornByDeath(), await findBuild(TOY))[1];
    const words = new Int32Array(256);
    detector.begin(words);
    const store = (thread: number, value: number): void => {
      detector.access(thread, 6, 128, 4, 0);
      words[32] = value;
      detector.written(2, 512, 4);
    };
    store(0, 1);
    detector.ordered(0, 1);
    expect(() => store(1, 2)).not.toThrow();
    expect(() => store(0, 3)).toThrow('not ordered');
  });

  it.each(planted)('$name: caught', async (bug, name) => {
    const scenario = name === 'transfer beside total'
      ? transfers('transfer', 'total')
      : scenarios.find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`no scenario ${name}`);
    expect(kindFound(scenario, await findBuild(scenario.build))).toBeUndefined();
    expect(kindFound(scenario, await buildPlanted(bug, scenario))).toBe('data race');
  }, PATIENCE_MS);

  it('are allowed where they are named, and every name is needed', async () => {
    const met = new Set<AllowedAccess>();
    const needed = new Set(allowedAccesses.map(({ seenIn }) => seenIn));
    for (const scenario of [...scenarios, ...largeScenarios]) {
      if (!needed.delete(scenario.name)) continue;
      const [runner, judge] = racingRunner(scenario, await findBuild(scenario.build));
      const entries = allowedAccesses.filter(({ seenIn }) => seenIn === scenario.name);
      for (let seed = 1; seed <= SEEDS && !entries.every((one) => judge.met.has(one)); seed++) {
        const { violation } = sample(runner, { ...options, search: 'pct', seed, runs: 30 });
        expect(violation, scenario.name).toBeNull();
      }
      for (const entry of entries) if (judge.met.has(entry)) met.add(entry);
    }
    expect([...needed]).toEqual([]);
    const stale = allowedAccesses.filter((entry) => !met.has(entry));
    expect(stale.map(({ file, fn }) => `${file} ${fn}`)).toEqual([]);
  }, PATIENCE_MS);
});
