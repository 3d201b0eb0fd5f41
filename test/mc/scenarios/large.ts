// Scenarios whose interleavings are too many for the stateful search: three and four threads with
// several operations each. Random walks and PCT draw schedules of them (`--search`).

import type { Scenario } from '../scenario.js';
import { accounts, attach, bank, deposit, putBoth as putAccounts, readBoth, transfer } from
  './accounts.js';
import { largeJournals } from './large-journal.js';
import { largeStreams } from './large-streams.js';
import {
  addSerially, addTo, clean, get, join, put, putBoth, refill, remove, replaceKey, roll, scan,
} from './tree-operations.js';
import { SMALL_FRAMES } from './tree-region.js';
import { tree } from './tree-scenario.js';

const late = { lateDetection: true } as const;
const twoLeaves = { b: 1, d: 2, f: 3, h: 4 };
const twelve = Object.fromEntries([...'bdfhjlnprtvx'].map((key, i) => [key, i + 1]));
const [long1, long2, long3, other1, other2] =
  ['abcdefgh1', 'abcdefgh2', 'abcdefgh3', 'abcdefgi1', 'abcdefgi2'];

const trees: readonly Scenario[] = [
  tree({
    name: 'large: three threads on a map that splits', holds: twoLeaves, ...late,
    maxDeaths: 2, region: { kib: 40 },
    threads: [
      [put('c', 10), put('e', 11), remove('d'), get('h'), put('b', 12), get('c')],
      [get('c'), put('g', 20), remove('b'), put('d', 21), get('e'), put('h', 22)],
      [scan('bcdefgh'), put('f', 30), get('d'), scan('bcdefgh', true), remove('g')],
    ],
    respawn: [[[join, put('c', 13), get('b')]], [[join, remove('e'), get('g')]], null],
  }),
  tree({
    name: 'large: four threads, two levels of splits', holds: twelve, ...late,
    maxDeaths: 2, region: { kib: 64, ringBytes: 2048 },
    threads: [
      [put('c', 40), put('e', 41), get('x'), put('g', 42)],
      [put('w', 50), put('y', 51), get('b'), put('z', 52)],
      [put('i', 60), remove('j'), put('k', 61), get('z')],
      [get('g'), get('k'), remove('p'), get('y'), get('c')],
    ],
    respawn: [[[join, put('a', 43), get('e')]], null, [[join, put('m', 62)]], null],
  }),
  tree({
    name: 'large: layers made and emptied', holds: { [long1]: 1, [other1]: 2 },
    ...late, maxDeaths: 2, region: { kib: 40 },
    threads: [
      [put(long2, 10), remove(long1), get(long3), put(other2, 11)],
      [put(long3, 20), get(long1), remove(long2), put(long1, 21)],
      [get(long2), put(other2, 30), get(long1), remove(other1), get(other2)],
    ],
    respawn: [[[join, put(long2, 12), get(other2)]], null, null],
  }),
  tree({
    name: 'large: transactions, batches and a scan', holds: twoLeaves, ...late,
    maxDeaths: 1, region: { kib: 40, ringBytes: 2048 },
    threads: [
      [addTo('bh', 10), putBoth('ci', 11), addTo('hb', 12)],
      [addTo('hd', 20), replaceKey('bc', 21), addSerially('dd', 22, 2)],
      [putBoth('bh', 30), scan('bcdfhi'), addTo('ff', 31), get('h')],
    ],
    respawn: [[[join, addTo('bb', 13)]], null, null],
  }),
  tree({
    name: 'large: cleaner beside writers and a scan', holds: { a: 1, b: 2, d: 3 },
    ...late, maxDeaths: 1, timeouts: true, region: { kib: 40, frameShift: SMALL_FRAMES },
    threads: [
      [put('a', 10), put('a', 11), put('a', 12), roll(), clean()],
      [put('b', 20), remove('d'), clean(), put('b', 21), refill()],
      [scan('abcd'), get('a'), scan('abcd'), put('c', 30), get('b')],
    ],
    respawn: [[[join, clean(), get('b')]], null, null],
  }),
];

const transfers: readonly Scenario[] = [
  accounts({
    name: 'large: four threads on two accounts', ...late, maxDeaths: 2, model: bank,
    threads: [
      [transfer(0, 1), deposit(1, 2), transfer(1, 3), readBoth()],
      [transfer(1, 4), deposit(0, 5), readBoth(), transfer(0, 6)],
      [putAccounts(50), readBoth(), transfer(0, 7), deposit(1, 8)],
      [readBoth(), deposit(0, 9), readBoth(), transfer(1, 10)],
    ],
    respawn: [[[attach(), transfer(0, 11), readBoth()]], [[attach(), deposit(0, 12)]], null, null],
  }),
];

export const largeScenarios: readonly Scenario[] =
  [...trees, ...transfers, ...largeStreams, ...largeJournals];
