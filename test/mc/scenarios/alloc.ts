// Memory: magazines, frames and their cleaner, pins, the granting of slots, identities. The final
// check of every scenario counts the heap: each unit must be owned exactly once.

import type { Machine } from '../machine.js';
import type { Scenario } from '../scenario.js';
import { identities } from './alloc-identities.js';
import {
  clean, get, grant, join, put, refill, remove, roll, scan, scribble,
} from './tree-operations.js';
import { SMALL_FRAMES, type TreeRegion } from './tree-region.js';
import { putNow, tree, type TreeOptions } from './tree-scenario.js';

const late = { lateDetection: true, maxDeaths: 1 } as const;
const alloc = (options: TreeOptions): Scenario => tree({ target: 'alloc', ...options });

const magazines: readonly Scenario[] = [
  alloc({
    name: 'magazine: two refills, two deaths', holds: { a: 1 }, lateDetection: true, maxDeaths: 2,
    threads: [[refill()], [refill()]],
  }),
  alloc({
    name: 'magazine: refill beside a new frame', holds: { a: 1 }, ...late,
    threads: [[refill(), put('b', 2)], [roll()]],
  }),
  alloc({
    quickInstead: 'magazine: two refills, two deaths',
    name: 'magazine: passes to the next incarnation', holds: { b: 1, d: 2, f: 3 }, ...late,
    threads: [[put('c', 9)], [get('c')]], respawn: [[[join, put('e', 8)]], null],
  }),
];

/** Frame 1 of the first thread holds overwritten records and the live ones of a and b. */
function mostlyDead(machine: Machine, region: TreeRegion): void {
  for (const value of [1, 2, 3]) putNow(machine, region, 0, 'a', value);
  machine.call(0, 'roll');
}
/** The live record of a is alone in a frame of overwritten ones. */
function aloneInFrame(machine: Machine, region: TreeRegion): void {
  machine.call(0, 'roll');
  mostlyDead(machine, region);
}
const small = { region: { frameShift: SMALL_FRAMES }, prepare: mostlyDead } as const;
/** What the map holds when it is prepared. */
const holds = { b: 7, a: 3 };

const cleaning: readonly Scenario[] = [
  alloc({
    name: 'cleaner: beside overwrite', holds, ...small,
    threads: [[clean()], [put('a', 9), get('b')]],
  }),
  alloc({
    name: 'cleaner: beside get, a death', holds, ...small, ...late,
    threads: [[clean()], [get('a'), get('b')]],
  }),
  alloc({
    name: 'cleaner: beside remove', holds, ...small,
    threads: [[clean()], [remove('a'), get('a')]],
  }),
  alloc({
    // A dead cleaner's lease wakes nobody: who waits for it does so for a millisecond.
    name: 'cleaner: two of them, a death', holds, ...small, ...late, timeouts: true,
    threads: [[clean()], [clean()]],
  }),
  alloc({
    name: 'cleaner: frame used again beside get', holds, ...small,
    threads: [[clean(), scribble()], [get('a')]],
  }),
  alloc({
    // The writer may stand still behind its apply: the lock word does not change, the link does.
    name: 'cleaner: frame of a link just replaced', holds, ...small, prepare: aloneInFrame,
    long: true, threads: [[clean(), scribble()], [get('a')], [put('a', 9)]],
  }),
  alloc({
    name: 'cleaner: frame used again beside a scan', holds, ...small,
    threads: [[clean(), scribble()], [scan('ab')]],
  }),
];

const slots: readonly Scenario[] = [
  alloc({
    name: 'slots: two grant the last one', holds: { a: 1 }, region: { kib: 48, spares: 1 }, ...late,
    threads: [[grant()], [grant()]], ghost: 0,
  }),
  grantBesideDeath(),
];

/**
 * The only supervisor grants a slot while a worker dies with the allocator's lock: the proof of
 * that death waits in its own queue, here the exit word, so it must not wait for the lock.
 */
function grantBesideDeath(): Scenario {
  const exit = 448;
  const worker = 2;
  const scenario = alloc({
    name: 'slots: granted by the one who hears of the death', holds: { a: 1 }, timeouts: true,
    region: { kib: 48, spares: 1 }, ...late, immortal: [1],
    threads: [[refill()], [() => ({ fn: 'serve', args: [worker, exit], modelled: false })]],
  });
  const prove = (machine: Machine): void => machine.store32(exit, 1);
  return {
    ...scenario,
    supervisor: 'threads',
    protocol: { declareDead: prove },
    finalState(machine) {
      // A proof that came after the grant is heard now.
      if (machine.load32(exit) !== 0) machine.callEnvironment('declareDead', worker, 1);
      return scenario.finalState?.(machine) ?? { error: 'no final state' };
    },
  };
}

export const allocScenarios: readonly Scenario[] =
  [...magazines, ...cleaning, ...slots, ...identities];
