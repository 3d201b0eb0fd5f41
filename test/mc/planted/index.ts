// The planted bugs of `npm run mc`: each must be found by the scenario that it names.

import type { PlantedBug } from '../scenario.js';
import { TOY } from '../selftest-scenarios.js';

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'release wakes nobody', rule: 'self', file: TOY,
    find: '  if (atomic.xchg<i32>(LOCK, 0) & 0x80) notify(<u32>LOCK);',
    replace: '  atomic.store<i32>(LOCK, 0);', scenario: 'transfer beside total',
  },
];
