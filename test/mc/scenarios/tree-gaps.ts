// Scenarios on the tree that planted bugs asked for: each was missed by scenarios/tree.ts.

import type { Machine } from '../machine.js';
import type { Scenario } from '../scenario.js';
import { addSerially, addTo, clean, get, put, scribble } from './tree-operations.js';
import { SMALL_FRAMES, type TreeRegion } from './tree-region.js';
import { putNow, tree, type TreeOptions } from './tree-scenario.js';

const twoLeaves = { b: 1, d: 2, f: 3, h: 4 };

/** The newest record of a is in a sealed frame of overwritten ones. */
function mostlyDead(machine: Machine, region: TreeRegion): void {
  for (const value of [1, 2, 3]) putNow(machine, region, 0, 'a', value);
  machine.call(0, 'roll');
}
const cleaner = (options: Omit<TreeOptions, 'prepare' | 'region'>): Scenario =>
  tree({ target: 'alloc', region: { frameShift: SMALL_FRAMES }, prepare: mostlyDead, ...options });

export const treeGapScenarios: readonly Scenario[] = [
  tree({
    name: 'transaction: reads a missing key', holds: twoLeaves,
    threads: [[addTo('ah', 10)], [addTo('ha', 20)]],
  }),
  tree({
    name: 'serial: beside two puts', holds: { a: 1 },
    threads: [[addSerially('aa', 1, 1)], [put('b', 5), put('a', 6)]],
  }),
  cleaner({
    name: 'cleaner: beside growth of the root', holds: { b: 7, c: 8, a: 3 },
    threads: [[clean()], [put('d', 9)]],
  }),
  cleaner({
    // The order of the threads matters to the search only: the reader stands still first.
    name: 'cleaner: frame freed behind a reader', holds: { b: 7, a: 3 }, long: true,
    threads: [[clean(), scribble()], [put('a', 9)], [get('a')]],
  }),
];
