// The checker checked: exact interleaving counts, every kind of finding on a toy that has it, none
// on the right version, and rewritten code that computes what the original computes.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findBuild } from './builds.js';
import { Search } from './explore.js';
import { instrument, instrumentHooksOnly } from './instrument.js';
import { applyPatch, checkPlanted } from './planted.js';
import { loadProgram } from './program.js';
import { runPlanted, runScenario } from './jobs.js';
import type { PlantedBug, Scenario, SearchResult } from './scenario.js';
import {
  TOY, additions, deaths, lostWakeUp, op, reports, supervisedByThread, tornByDeath, touches,
  transfers,
} from './selftest-scenarios.js';
import { locateSites } from './sites.js';
import { traceOf } from './trace.js';

async function search(scenario: Scenario): Promise<SearchResult> {
  return new Search(scenario, loadProgram(await findBuild(scenario.build))).run();
}

async function kindFound(scenario: Scenario): Promise<string | undefined> {
  return (await search(scenario)).violation?.kind;
}

describe('completeness', () => {
  const counts = [[1, 2], [2, 6], [3, 20]];
  it.each(counts)('counts C(2n, n) schedules for n = %i', async (n, expected) => {
    const result = await search(touches(2, n));
    expect(result).toMatchObject({ schedules: expected, complete: true, violation: null });
    expect(result.states).toBe((n + 1) ** 2);
  });

  it('counts the schedules of three threads', async () => {
    expect((await search(touches(3, 2))).schedules).toBe(90);
  });

  it('is deterministic', async () => {
    const first = await search(deaths('environment'));
    const second = await search(deaths('environment'));
    expect({ ...second, seconds: 0 }).toEqual({ ...first, seconds: 0 });
  });

  it('reports a search that hit its limit as incomplete', async () => {
    const result = await search({ ...touches(3, 3), limits: { states: 10 } });
    expect(result).toMatchObject({ complete: false, violation: null });
  });
});

describe('findings', () => {
  it('passes the right versions', async () => {
    expect((await search(additions('add', 1))).violation).toBeNull();
    expect((await search(additions('spinAdd'))).violation).toBeNull();
    expect((await search(transfers('transfer', 'total'))).violation).toBeNull();
    const healed = await search(deaths('environment'));
    expect(healed).toMatchObject({ violation: null, complete: true });
  });

  it('finds a lost update', async () => {
    expect(await kindFound(additions('addInTwo'))).toBe('not linearizable');
  });

  it('finds a torn read', async () => {
    expect(await kindFound(transfers('transferOpen', 'totalTorn'))).toBe('not linearizable');
  });

  it('finds a release that wakes nobody', async () => {
    expect(await kindFound(transfers('transferQuiet', 'total'))).toBe('asleep for ever');
  });

  it('finds a wake-up lost before the wait', async () => {
    expect(await kindFound(lostWakeUp())).toBe('asleep for ever');
  });

  it('accepts a sleeper in an operation that may block', async () => {
    const scenario = lostWakeUp();
    const blocking = scenario.threads.map((ops) => ops.map((o) => ({ ...o, mayBlock: true })));
    expect(await kindFound({ ...scenario, threads: blocking })).toBeUndefined();
  });

  it('finds a death with the lock held: sleepers and spinners', async () => {
    expect(await kindFound(deaths('none'))).toBe('asleep for ever');
    expect(await kindFound(additions('spinAdd', 1))).toBe('livelock');
  });

  it('ends waits by their time-out only where the scenario says so', async () => {
    expect(await kindFound({ ...deaths('none'), timeouts: true })).toBe('livelock');
  });

  it('ends by their time-out the waits on the addresses that the scenario names', async () => {
    const waits = new Set<number>();
    const timeouts = (address: number): boolean => {
      waits.add(address);
      return false;
    };
    expect(await kindFound({ ...deaths('none'), timeouts })).toBe('asleep for ever');
    expect(waits.size).toBe(1);
    expect(await kindFound({ ...deaths('none'), timeouts: () => true })).toBe('livelock');
  });

  it('does not believe that a word is undisturbed', async () => {
    const lie = { ...additions('spinAdd'), undisturbed: () => true };
    const result = await search(lie);
    expect(result.violation).toMatchObject({ kind: 'assertion' });
    expect(result.violation?.message).toContain('undisturbed');
    const truth = { ...additions('spinAdd'), undisturbed: () => false };
    expect((await search(truth)).violation).toBeNull();
  });

  it('kills between two plain stores', async () => {
    expect(await kindFound(tornByDeath())).toBe('not linearizable');
    const hidden = { ...tornByDeath(), isShared: () => false };
    expect(await kindFound(hidden)).toBeUndefined();
  });

  it('never kills an immortal thread', async () => {
    const scenario = { ...tornByDeath(), immortal: [0] };
    expect(await kindFound(scenario)).toBeUndefined();
  });

  it('checks invariants, final states and writes outside the region', async () => {
    const wrong = { ...touches(2, 2), invariant: (m: { load32(a: number): number }) =>
      (m.load32(0) > 3 ? 'too high' : null) };
    expect(await kindFound(wrong)).toBe('invariant');
    const final = { ...additions('add'), finalState: () => ({ state: 0 }) };
    expect(await kindFound(final)).toBe('final state');
    const outside = { ...touches(1, 1), threads: [[op('moveBlock', 2048, 0, 8)]] };
    expect(await kindFound(outside)).toBe('assertion');
    const trap = { ...touches(1, 1), threads: [[op('simdFind', 0x7fffffff, 1)]] };
    expect(await kindFound(trap)).toBe('trap');
  });

  it('runs supervisors as threads, told by exit words', async () => {
    const result = await search(supervisedByThread(true));
    expect(result).toMatchObject({ violation: null, complete: true });
    expect(await kindFound(supervisedByThread(false))).toBe('asleep for ever');
  });

  it('keeps ghost state apart per state', async () => {
    const sorted = (seen: readonly number[]): string => [...seen].sort().join();
    expect(await kindFound(reports((seen) => sorted(seen) === '0,1,2'))).toBeUndefined();
    const merged = await search(reports((seen) => seen[0] !== undefined && seen.length === 3));
    expect(merged).toMatchObject({ schedules: 3, complete: true });
    expect(await kindFound(reports((seen) => seen.length < 3))).toBe('final state');
  });
});

describe('scratch', () => {
  const noise = (poison: boolean | undefined): Scenario => ({
    ...touches(2, 1), isShared: (address) => address < 512,
    threads: [[1, 2].map((value) => op('fillBlock', 512, value, 64)), [op('touches', 3)]],
    scratch: (t) => (t === 0 && poison !== undefined ? [{ from: 512, to: 576, poison }] : []),
  });

  it('garbage between operations does not split states', async () => {
    const split = await search(noise(undefined));
    const merged = await search(noise(false));
    const poisoned = await search(noise(true));
    expect(merged.states).toBeLessThanOrEqual(split.states);
    expect(poisoned.states).toBe(merged.states);
  });
});

describe('traces', () => {
  it('replays every kind of choice down to functions, lines and symbols', async () => {
    const build = await findBuild(TOY);
    const program = loadProgram(build);
    const scenario = tornByDeath();
    const { violation } = new Search(scenario, program).run();
    expect(violation).not.toBeNull();
    if (violation === null) return;
    const lines = traceOf(scenario, program, locateSites(build, program.sites), violation);
    const text = lines.join('\n');
    expect(text).toMatch(/T0 starts transfer\(1\)/);
    expect(text).toMatch(/T0 cmpxchg lock \(was 0x0\) {2}\w+ \S*toy\.ts:\d+ {2}\[.*transfer/);
    expect(text).toMatch(/T0 KILLED before its next store/);
    expect(text).toMatch(/T0 DETECT[^]*T0 RECOVER/);
    expect(text).toMatch(/VIOLATION not linearizable: T1 total\(\) returned 19$/);
  });

  it('locates every site of the toy on a line that holds the access', async () => {
    const build = await findBuild(TOY);
    const { sites } = loadProgram(build);
    const source = readFileSync(TOY, 'utf8').split('\n');
    for (const where of locateSites(build, sites)) {
      const line = Number(/:(\d+)$/.exec(where)?.[1]);
      expect(source[line - 1], where).toMatch(/atomic\.|store|wait|notify|memory\./);
    }
  });
});

describe('planted bugs', () => {
  const bug: PlantedBug = {
    name: 'release wakes nobody', rule: 'toy', file: TOY,
    find: '  if (atomic.xchg<i32>(LOCK, 0) & 0x80) notify(<u32>LOCK);',
    replace: '  atomic.store<i32>(LOCK, 0);', scenario: 'transfer beside total',
  };

  it('are caught, and a patch that changes nothing of note is missed', async () => {
    const scenario = transfers('transfer', 'total');
    expect((await checkPlanted(bug, scenario)).caught).toBe(true);
    const harmless = { ...bug, name: 'a comment', replace: `${bug.find} // as before` };
    const { row, lines } = await runPlanted({ bug: harmless, scenario }, false);
    expect(row).toMatchObject({ name: 'a comment', caught: false, violation: null });
    expect(lines[0]).toContain('MISSED');
    const { executed } = await runScenario(scenario, false);
    const { sites } = loadProgram(await findBuild(TOY));
    expect(executed.length).toBeGreaterThan(sites.length / 10);
    expect(executed.length).toBeLessThan(sites.length);
  });

  it('must fit exactly once', () => {
    expect(() => applyPatch('a b a', { ...bug, find: 'a' })).toThrow('more than once');
    expect(() => applyPatch('a b a', { ...bug, find: 'c' })).toThrow('not in');
  });
});

/** Some content; the lock of the toy is free in it. The toy's function table data lies at 1024. */
function pattern(): Uint8Array {
  return Uint8Array.from({ length: 4096 }, (_, i) => (i < 128 ? 0 : (i * 37 + 11) & 255));
}

type Exports = Record<string, (...args: (number | bigint)[]) => number | bigint | undefined>;

/** Runs a list of calls and returns the results and the memory behind them. */
function runCalls(wasm: Uint8Array, calls: readonly (readonly [string, ...(number | bigint)[]])[]) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(pattern());
  let hooks = 0;
  const hook = (): void => { hooks++; };
  const imports = {
    env: { memory, wait: () => 1, notify: () => 0, ghost: () => undefined },
    mc: { atomic: hook, store: hook },
  };
  const module = new WebAssembly.Module(new Uint8Array(wasm));
  const exports = new WebAssembly.Instance(module, imports).exports as Exports;
  const results = calls.map(([fn, ...args]) => exports[fn](...args));
  return { results, memory: Buffer.from(bytes).toString('hex'), hooks };
}

describe('the rewritten wasm', () => {
  const moves: [string, ...(number | bigint)[]][] = [];
  for (const [to, from] of [[3000, 3003], [3003, 3000], [3500, 3511], [3511, 3500], [2700, 2700]]) {
    for (const bytes of [0, 1, 7, 8, 9, 40, 61]) moves.push(['moveBlock', to, from, bytes]);
  }
  for (const bytes of [0, 3, 8, 29]) moves.push(['fillBlock', 2801, 0x1e7, bytes]);
  const computes: [string, ...(number | bigint)[]][] = [
    ['simdFind', 256, 0x5b], ['simdFind', 512, 17], ['transfer', 3], ['addInTwo', 9],
  ];
  for (let i = 0; i < 12; i++) computes.push(['mixed', i, 0x123456789abcdefn * BigInt(i + 1)]);

  it('computes the same as the original', async () => {
    const original = readFileSync((await findBuild(TOY)).wasmFile);
    const expected = runCalls(original, [...moves, ...computes]);
    for (const rewritten of [instrument(original), instrumentHooksOnly(original)]) {
      const actual = runCalls(rewritten.wasm, [...moves, ...computes]);
      expect(actual.results).toEqual(expected.results);
      expect(actual.memory).toBe(expected.memory);
      expect(actual.hooks).toBeGreaterThan(150);
    }
  });

  it('computes the same when it is suspended at every access', async () => {
    const program = loadProgram(await findBuild(TOY));
    const original = readFileSync((await findBuild(TOY)).wasmFile);
    const calls = computes.slice(4);
    const expected = runCalls(original, [['touches', 0], ...calls]);
    const seen: (number | bigint | undefined)[] = [];
    const scenario: Scenario = {
      ...touches(1, 1), regionBytes: 4096,
      setup(machine) {
        machine.storeBytes(0, pattern().subarray(0, 1024));
      },
      threads: [calls.map(([fn, ...args]) => ({
        fn, args, modelled: false, result: (value) => { seen.push(value); return null; },
      }))],
    };
    expect(new Search(scenario, program).run().violation).toBeNull();
    expect([undefined, ...seen]).toEqual(expected.results);
  });
});
