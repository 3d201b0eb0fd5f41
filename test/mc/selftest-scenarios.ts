// Scenarios on the toy of fixtures/self: each shows one kind of finding, or its absence. They test
// the checker itself and are not part of `npm run mc`.

import type { Machine } from './machine.js';
import type { Call, Json, Model, Op, Outcome, Protocol, Scenario } from './scenario.js';

export const TOY = 'test/mc/fixtures/self/toy.ts';
const LOCK = 64;
/** One word per thread: its death is known and not recovered. */
const DEATHS = 256;
/** One word per thread: 0 alive, 1 ended, 2 died. */
const EXITS = 320;
const LEFT = 128;
const RIGHT = 132;

/** An operation with plain arguments. */
export function op(fn: string, ...args: number[]): Op {
  return { fn, args };
}

/** One counter; `add`, `addInTwo` and `spinAdd` return the new value. */
const counter: Model = {
  init: 0,
  step(state: Json, call: Call): Outcome {
    const sum = Number(state) + Number(call.args[0]);
    return [sum, sum];
  },
};

/** Two accounts with 10 each. */
const accounts: Model = {
  init: [10, 10],
  step(state: Json, call: Call): Outcome {
    const [left, right] = state as [number, number];
    if (call.fn.startsWith('total')) return [left + right, state];
    const amount = Number(call.args[0]);
    const result = call.fn === 'transferOpen' ? 0 : left - amount;
    return [result, [left - amount, right + amount]];
  },
};

const base = {
  target: 'self', build: TOY, regionBytes: 1024, maxDeaths: 0, lateDetection: false,
  supervisor: 'none' as const, isShared: () => true,
  imports: (machine: Machine) => ({
    ghost: (value: number) => { machine.ghost = [...(machine.ghost as Json[]), value]; },
  }),
  ghost: [],
  setup(machine: Machine): void {
    for (let t = 0; t < machine.environment; t++) machine.call(t, 'attach', t + 1);
    machine.store32(LEFT, 10);
    machine.store32(RIGHT, 10);
  },
};

/** `threads` threads with one operation of `n` atomic accesses each. */
export function touches(threads: number, n: number): Scenario {
  return {
    ...base, name: `touches ${threads} x ${n}`,
    threads: Array.from({ length: threads }, () => [{ ...op('touches', n), modelled: false }]),
  };
}

/** Additions to the counter by the given export, two threads. */
export function additions(fn: string, maxDeaths = 0): Scenario {
  return {
    ...base, name: `counter by ${fn}`, maxDeaths, threads: [[op(fn, 1), op(fn, 2)], [op(fn, 4)]],
    model: counter,
    finalState: (machine) => ({ state: machine.load32(0) }),
  };
}

/** Transfers by `fn` beside a reader `reader`. */
export function transfers(fn: string, reader: string): Scenario {
  return {
    ...base, name: `${fn} beside ${reader}`,
    threads: [[op(fn, 1), op(fn, 2)], [op(fn, 4)], [op(reader)]], model: accounts,
    finalState: (machine) => ({ state: [machine.load32(LEFT), machine.load32(RIGHT)] }),
  };
}

/** The environment frees the lock of a dead holder; no undo, so a death can tear a transfer. */
const healing: Protocol = {
  declareDead: (machine, thread) => machine.store32(DEATHS + 4 * thread, 1),
  needsRecovery: (machine, thread) => machine.load32(DEATHS + 4 * thread) !== 0,
  recover: (machine, thread) => { machine.callEnvironment('recover', thread + 1); },
  // Without generations a lock of the new incarnation looks like one of the old.
  canRespawn: (machine, thread) => machine.load32(DEATHS + 4 * thread) === 0,
};

/** Readers of the sum under the lock, with deaths; right when the environment recovers. */
export function deaths(supervisor: 'environment' | 'none', lateDetection = true): Scenario {
  return {
    ...base, name: `deaths, supervisor ${supervisor}`, maxDeaths: 2, lateDetection, supervisor,
    threads: [[op('total')], [op('total')], [op('total')]],
    respawn: [[[{ ...op('attach', 1), modelled: false }, op('total')]], null, null],
    model: accounts, protocol: healing,
  };
}

/** As `deaths`, but a dead thread may leave half of a transfer behind. */
export function tornByDeath(): Scenario {
  return {
    ...deaths('environment'), name: 'a transfer torn by a death', maxDeaths: 1,
    threads: [[op('transfer', 1)], [op('total')]], respawn: [null, null],
    symbol: (address) => (address === LOCK ? 'lock' : `+${address}`),
  };
}

/** As `deaths`, but the last thread is the supervisor of the first and learns from exit words. */
export function supervisedByThread(writesExitWords: boolean): Scenario {
  const exit = (machine: Machine, thread: number, how: number): void => {
    if (!writesExitWords) return;
    machine.store32(EXITS + 4 * thread, how);
    machine.notify(EXITS + 4 * thread);
  };
  return {
    ...deaths('none'), name: 'a supervisor that is a thread', maxDeaths: 1, supervisor: 'threads',
    threads: [[op('total')], [op('total')], [{ ...op('supervise', 1), modelled: false }]],
    respawn: [null, null, null], immortal: [1, 2],
    protocol: {
      declareDead: (machine, thread) => exit(machine, thread, 2),
      ended: (machine, thread) => exit(machine, thread, 1),
    },
  };
}

/** Two threads report to the ghost state, which is judged at the end. */
export function reports(expected: (seen: readonly number[]) => boolean): Scenario {
  const report = { ...op('report'), modelled: false };
  return {
    ...base, name: 'ghost reports', threads: [[report, report], [report]],
    finalState: (machine) => (expected(machine.ghost as number[])
      ? { state: null }
      : { error: `reported ${String(machine.ghost)}` }),
  };
}

/** A wake-up between the check of the event and the wait is lost without a value to compare. */
export function lostWakeUp(): Scenario {
  return {
    ...base, name: 'lost wake-up',
    threads: [
      [{ ...op('awaitEvent'), modelled: false }], [{ ...op('raiseEvent'), modelled: false }],
    ],
  };
}
