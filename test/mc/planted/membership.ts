// Planted bugs in fencing the dead and handing out slots: protocol 3 and the owner word of 1.

import type { PlantedBug } from '../scenario.js';

const MEMBERSHIP = 'assembly/mtx/membership.ts';

const BUMP = '  swapped32(slotLines(slot) + GEN, generation, nextGeneration(generation));';
const LOOP = `  for (let other: u32 = 1, n = superblock().slots; other <= n; other++) {
    while (isUnrecovered(other) && recover(other)) {}
  }`;

export const membershipBugs: readonly PlantedBug[] = [
  {
    name: 'GEN moved by a plain increment', rule: '3 CAS GEN', file: MEMBERSHIP,
    find: BUMP,
    replace: '  store<u32>(slotLines(slot) + GEN, nextGeneration(generationOf(slot)));',
    scenario: 'membership: one proof, two supervisors',
  },
  {
    name: 'only the slot whose proof arrived is recovered', rule: '3 recovery of every slot',
    file: MEMBERSHIP,
    find: LOOP,
    replace: '  while (isUnrecovered(slot) && recover(slot)) {}',
    scenario: 'membership: a supervisor dies',
  },
  {
    name: 'the supervisor waits for a live recoverer', rule: '7 what only itself can deliver',
    file: MEMBERSHIP,
    find: 'while (isUnrecovered(other) && recover(other)) {}',
    replace: 'recoverAll(other);',
    scenario: 'membership: a supervisor dies',
  },
  {
    name: 'the supervisor recovers each slot once', rule: '3 while ST.gen != GEN',
    file: MEMBERSHIP,
    find: 'while (isUnrecovered(other) && recover(other)) {}',
    replace: 'recover(other);',
    scenario: 'membership: a second death before the recovery',
  },
  {
    name: 'the supervisor only fences', rule: '3 the supervisor recovers', file: MEMBERSHIP,
    find: LOOP, replace: '',
    scenario: 'membership: one proof, two supervisors',
  },
  {
    name: 'slot taken without a CAS', rule: '1 owner word', file: MEMBERSHIP,
    find: 'return swapped32(slotLines(slot) + OWNER, owned, generation) ? generation : 0;',
    replace: 'store<u32>(slotLines(slot) + OWNER, generation);\n  return generation;',
    scenario: 'membership: both supervisors hand out the slot',
  },
  {
    name: 'an owned slot is taken again', rule: '1 owner word', file: MEMBERSHIP,
    find: '  if (owned == generation) return 0;', replace: '',
    scenario: 'membership: both supervisors hand out the slot',
  },
  {
    name: 'the supervisor waits for the allocator', rule: '7 what only itself can deliver',
    file: 'assembly/alloc/block.ts',
    find: 'const PATIENCE: u32 = 4;', replace: 'const PATIENCE: u32 = u32.MAX_VALUE;',
    scenario: 'slots: granted by the one who hears of the death',
  },
];
