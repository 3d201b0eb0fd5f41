// The tree and its transactions: the shipped code on nodes of three entries. Ascending puts leave
// full leaves behind, so { b d f h } stands in two leaves, b d f and h, under an inner root.

import type { Scenario } from '../scenario.js';
import {
  addSerially, addTo, get, join, put, putBoth, remove, replaceKey, scan,
} from './tree-operations.js';
import { tree } from './tree-scenario.js';

const late = { lateDetection: true, maxDeaths: 1 } as const;
const oneLeaf = { b: 1, d: 2, f: 3 };
const twoLeaves = { b: 1, d: 2, f: 3, h: 4 };
const fullRoot = Object.fromEntries([...'bdfhjlnprtvx'].map((key, i) => [key, i + 1]));
/** Four full leaves under the left inner node, four under the right one. */
const twoLevels = Object.fromEntries([...'ABCDEFGHIJKLMNOPQRSTUVWX'].map((key, i) => [key, i + 1]));
const [long1, long2, long3] = ['abcdefgh1', 'abcdefgh2', 'abcdefgh3'];

const leaves: readonly Scenario[] = [
  tree({
    name: 'leaf: two threads, two operations each', holds: { b: 1 },
    threads: [[put('a', 2), remove('b')], [put('b', 3), get('a')]],
  }),
  tree({
    name: 'leaf: three threads', holds: { b: 1 },
    threads: [[put('a', 2)], [remove('b')], [get('b'), get('a')]],
  }),
  tree({
    name: 'leaf: overwrite beside get', holds: { b: 1 }, ...late,
    threads: [[put('b', 2)], [get('b'), get('b')]],
  }),
  tree({
    name: 'leaf: slot used again beside get', holds: { a: 1, b: 2 }, ...late,
    threads: [[remove('a'), put('c', 3)], [get('c'), get('a')]],
  }),
  tree({
    name: 'leaf: three threads, one death', holds: { b: 1 }, ...late, long: true,
    threads: [[put('a', 2)], [put('b', 3)], [get('b')]],
  }),
  tree({
    name: 'leaf: a death between a writer and a reader', holds: { b: 1 }, maxDeaths: 1,
    quickInstead: 'leaf: the slot lives on after a death',
    threads: [[put('b', 2)], [put('b', 3)], [get('b')]],
  }),
  tree({
    name: 'leaf: the slot lives on after a death', holds: { b: 1 }, ...late,
    threads: [[put('b', 2)], [get('b')]], respawn: [[[join, put('b', 3)]], null],
  }),
];

const splits: readonly Scenario[] = [
  tree({
    name: 'split: entry goes left, beside lookups', holds: twoLeaves,
    threads: [[put('c', 9)], [get('f'), get('c')]],
  }),
  tree({
    name: 'split: entry goes right, beside insert', holds: twoLeaves,
    threads: [[put('e', 9)], [put('g', 8), get('e')]],
  }),
  tree({
    name: 'split: entry goes right, beside lookups', holds: twoLeaves, ...late,
    threads: [[put('e', 9)], [get('f'), get('e')]],
  }),
  tree({
    name: 'split: append, beside append', holds: { ...twoLeaves, j: 5, l: 6 },
    threads: [[put('n', 9)], [put('p', 8), get('l')]],
  }),
  tree({
    name: 'split: a death, beside lookups', holds: twoLeaves, ...late,
    threads: [[put('c', 9)], [get('f'), get('c')]],
  }),
  tree({
    name: 'root: grows beside lookup', holds: oneLeaf, ...late,
    threads: [[put('c', 9)], [get('f'), get('c')]],
  }),
  tree({
    name: 'root: grows beside insert', holds: oneLeaf,
    threads: [[put('c', 9)], [put('g', 8), get('d')]],
  }),
  tree({
    name: 'root: three threads', holds: oneLeaf, long: true,
    threads: [[put('c', 9)], [put('g', 8)], [get('d')]],
  }),
  tree({
    name: 'inner root: grows beside lookup', holds: fullRoot, region: { kib: 32 }, ...late,
    threads: [[put('z', 99)], [get('t'), get('z')]],
  }),
  tree({
    name: 'inner: splits beside lookup', holds: twoLevels, region: { kib: 40 }, ...late,
    threads: [[put('Y', 99)], [get('X'), get('Y')]],
  }),
  tree({
    name: 'inner root: grows beside a split', holds: fullRoot, long: true,
    region: { kib: 32, ringBytes: 2048 },
    threads: [[put('z', 99)], [put('c', 98)]],
  }),
];

const layers: readonly Scenario[] = [
  tree({
    name: 'layer: made beside get', holds: { [long1]: 1 }, ...late,
    threads: [[put(long2, 2)], [get(long1), get(long2)]],
  }),
  tree({
    name: 'layer: made by one of two', holds: { [long1]: 1 },
    threads: [[put(long2, 2)], [put(long3, 3), get(long1)]],
  }),
  tree({
    name: 'layer: made beside remove', holds: { [long1]: 1 },
    threads: [[put(long2, 2)], [remove(long1), get(long2)]],
  }),
];

const scans: readonly Scenario[] = [
  tree({
    name: 'scan: beside a split', holds: twoLeaves,
    threads: [[put('e', 9)], [scan('bdefh')]],
  }),
  tree({
    name: 'scan: backward, beside a split', holds: twoLeaves,
    threads: [[put('e', 9)], [scan('bdefh', true)]],
  }),
  tree({
    name: 'scan: beside growth of the root', holds: oneLeaf, ...late,
    threads: [[put('c', 9)], [scan('bcdf')]],
  }),
  tree({
    name: 'scan: backward, beside growth', holds: oneLeaf,
    threads: [[put('c', 9)], [scan('bcdf', true)]],
  }),
  tree({
    name: 'scan: beside removals and inserts', holds: twoLeaves,
    threads: [[remove('d'), put('g', 9)], [scan('bdfgh')]],
  }),
];

const batches: readonly Scenario[] = [
  tree({
    name: 'batch: two leaves, readers both ways', holds: twoLeaves, long: true,
    threads: [[putBoth('bh', 9)], [get('b'), get('h')], [get('h'), get('b')]],
  }),
  tree({
    name: 'batch: two leaves, a death', holds: twoLeaves, ...late,
    threads: [[putBoth('bh', 9)], [get('b'), get('h')]],
  }),
  tree({
    name: 'batch: two leaves, read from the right', holds: twoLeaves, ...late,
    threads: [[putBoth('bh', 9)], [get('h'), get('b')]],
  }),
  tree({
    name: 'batch: one leaf, slot used again', holds: { b: 1, d: 2 }, ...late,
    threads: [[replaceKey('bc', 9)], [get('b'), get('c')]],
  }),
  tree({
    name: 'batch: two batches', holds: twoLeaves,
    threads: [[putBoth('bh', 9)], [putBoth('dh', 8)]],
  }),
  tree({
    name: 'batch: that splits', holds: twoLeaves,
    threads: [[putBoth('ci', 9)], [get('c'), get('i')]],
  }),
];

const transactions: readonly Scenario[] = [
  tree({
    name: 'transaction: two increments', holds: { a: 1 }, ...late, diesOnce: true,
    threads: [[addTo('aa', 1)], [addTo('aa', 2)]],
  }),
  tree({
    name: 'transaction: beside a put that dies', holds: { a: 1 }, ...late, immortal: [0, 2],
    long: true,
    threads: [[addTo('aa', 1)], [put('a', 5)], [get('a'), get('a')]],
  }),
  tree({
    name: 'transaction: crosswise in two leaves', holds: twoLeaves,
    threads: [[addTo('bh', 10)], [addTo('hb', 20)]],
  }),
  tree({
    // What it writes must not appear only after another has seen that it has read old news.
    name: 'transaction: reads one leaf, writes another', holds: twoLeaves,
    threads: [[addTo('bh', 10)], [put('b', 5), get('h')]],
  }),
  tree({
    name: 'transaction: reads one leaf, writes another, a death', holds: twoLeaves, ...late,
    immortal: [1], threads: [[addTo('bh', 10)], [put('b', 5), get('h')]],
  }),
  tree({
    name: 'transaction: beside a put', holds: { a: 1 },
    threads: [[addTo('ab', 1)], [put('a', 5), get('b')]],
  }),
  tree({
    name: 'serial: beside a put', holds: { a: 1 }, ...late,
    threads: [[addSerially('aa', 1, 1)], [put('b', 5)]],
  }),
  tree({
    name: 'serial: reads a leaf that is written', holds: twoLeaves,
    threads: [[addSerially('bh', 10, 1)], [put('b', 5), put('b', 6)]],
  }),
  tree({
    name: 'serial: two of them', holds: { a: 1 }, ...late,
    threads: [[addSerially('aa', 1, 1)], [addSerially('aa', 2, 1)]],
  }),
];

export const treeScenarios: readonly Scenario[] =
  [...leaves, ...splits, ...layers, ...scans, ...batches, ...transactions];
