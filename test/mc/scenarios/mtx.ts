// The mini-transaction layer: lock word, commit and apply, marks, recovery claim, slot re-use,
// supervisors, ticket order. Sizes follow the searches that the protocol came from.

import type { Scenario } from '../scenario.js';
import {
  accounts, attach, bank, change, deposit, entries, entriesOf, find, putBoth, read, readBoth,
  supervise, take, transfer, watch,
} from './accounts.js';

const late = { lateDetection: true } as const;

const locks: readonly Scenario[] = [
  accounts({
    quickInstead: 'lock word: a watcher that notes nothing',
    name: 'lock word: three waiters, two deaths', ...late, maxDeaths: 2, model: bank,
    threads: [[deposit(0, 1)], [deposit(0, 2)], [deposit(0, 4)]],
  }),
  accounts({
    name: 'lock word: abandon against a waiter', ...late, maxDeaths: 1, model: bank,
    threads: [[deposit(0, 0)], [deposit(0, 2)], [deposit(0, 4)]],
  }),
  accounts({
    name: 'lock word: a watcher that notes nothing', ...late, maxDeaths: 2, model: bank,
    threads: [[deposit(0, 1)], [watch(0)], [deposit(0, 4)]],
  }),
  accounts({
    quickInstead: 'lock word: a watcher that notes nothing',
    name: 'lock word: slots are used again', ...late, maxDeaths: 2, model: bank,
    threads: [[deposit(0, 1)], [deposit(0, 2)]],
    respawn: [[[attach(), deposit(0, 4)]], [[attach(), deposit(0, 8)]]],
  }),
];

const marks: readonly Scenario[] = [
  accounts({
    name: 'two leaves: readers in both orders', ...late, maxDeaths: 2, model: bank,
    threads: [[putBoth(20)], [read(0), read(1)], [read(1), read(0)]],
  }),
  accounts({
    quickInstead: 'two leaves: readers in both orders',
    name: 'two leaves: a survivor and a reader', ...late, maxDeaths: 2, model: bank,
    threads: [[putBoth(20)], [deposit(1, 4)], [read(0), read(1)]],
  }),
  accounts({
    quickInstead: 'one leaf: value in place and insert',
    name: 'one leaf: slot re-used in one record', ...late, maxDeaths: 2, model: entries,
    threads: [[change(0, 33)], [find(1), find(3)], [find(3), find(1)]],
  }),
  accounts({
    quickInstead: 'one leaf: value in place and insert',
    name: 'one leaf: through a free slot', ...late, maxDeaths: 2, model: entries,
    threads: [[change(1, 33)], [find(1), find(3)], [find(3), find(1)]],
  }),
  accounts({
    quickInstead: 'one leaf: value in place and insert',
    name: 'one leaf: two values in place', ...late, maxDeaths: 2, model: entries,
    threads: [[change(2, 33)], [find(1), find(2)], [find(2), find(1)]],
  }),
  accounts({
    name: 'one leaf: value in place and insert', ...late, maxDeaths: 1, model: entries,
    threads: [[change(3, 33)], [find(1), find(3)], [find(3), find(1)]],
  }),
].map((scenario) => (scenario.name.startsWith('one leaf') ? entriesOf(scenario) : scenario));

const recovery: readonly Scenario[] = [
  accounts({
    quickInstead: 'recovery: dying in the first act',
    name: 'recovery: two transfers, slots used again', ...late, maxDeaths: 2, model: bank,
    threads: [[transfer(0, 1)], [transfer(1, 2)]],
    respawn: [[[attach(), deposit(0, 4)]], [[attach(), deposit(1, 8)]]],
  }),
  accounts({
    quickInstead: 'recovery: dying in the first act',
    name: 'recovery: racing recoverers, one slow', ...late, maxDeaths: 1, model: bank,
    threads: [[deposit(0, 1)], [deposit(0, 2)], [deposit(0, 4)]],
    respawn: [[[attach(), deposit(0, 8)]], null, null],
  }),
  accounts({
    quickInstead: 'marks: a helper applies beside a reader',
    name: 'recovery: transfers and a consistent reader', ...late, maxDeaths: 2, model: bank,
    threads: [[transfer(0, 1)], [transfer(1, 2)], [readBoth()]],
  }),
  accounts({
    name: 'recovery: dying in the first act', ...late, maxDeaths: 2, model: bank,
    threads: [[deposit(0, 1)], [deposit(0, 2)]],
    respawn: [[[attach(), deposit(0, 4)], [attach(), deposit(0, 8)]], null],
  }),
  accounts({
    quickInstead: 'membership: a supervisor dies',
    name: 'recovery: two supervisors', maxDeaths: 2, model: bank, supervisor: 'threads',
    immortal: [2], diesOnce: true,
    threads: [[deposit(0, 1)], [supervise(0b001)], [supervise(0b011)]],
    respawn: [[[attach(), deposit(0, 4)]], null, null],
  }),
  accounts({
    quickInstead: 'membership: a supervisor dies',
    name: 'recovery: two supervisors, two locks', maxDeaths: 2, model: bank, supervisor: 'threads',
    immortal: [2], diesOnce: true, threads: [[putBoth(20)], [supervise(0b001)], [supervise(0b011)]],
    respawn: [[[attach(), deposit(0, 4)]], null, null],
  }),
];

const tickets: readonly Scenario[] = [
  accounts({
    name: 'tickets: magazine under a hot and a cold lock', journal: true,
    threads: [[take(0), take(1)], [deposit(0, 1), deposit(0, 2)]],
  }),
  accounts({
    name: 'tickets: two magazines, crosswise', journal: true,
    threads: [[take(0), take(1)], [take(1), take(0)]],
  }),
  accounts({
    name: 'tickets: a death and the next incarnation', ...late, maxDeaths: 1, journal: true,
    threads: [[take(0)], [deposit(0, 1), deposit(0, 2)]], respawn: [[[attach(), take(1)]], null],
  }),
  accounts({
    quickInstead: 'tickets: a death and the next incarnation',
    name: 'tickets: three incarnations of a slot', ...late, maxDeaths: 2, journal: true,
    threads: [[take(0)], [deposit(0, 1)]],
    respawn: [[[attach(), take(1)], [attach(), take(0)]], null],
  }),
];

export const mtxScenarios: readonly Scenario[] = [...locks, ...marks, ...recovery, ...tickets];
