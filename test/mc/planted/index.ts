// The planted bugs of `npm run mc`: each must be found by the scenario that it names.

import type { PlantedBug } from '../scenario.js';
import { commitBugs } from './commit.js';
import { journalBugs } from './journal.js';
import { lazyBugs } from './lazy.js';
import { lockBugs } from './locks.js';
import { markBugs } from './marks.js';
import { membershipBugs } from './membership.js';
import { memoryBugs } from './memory.js';
import { recoveryBugs } from './recovery.js';
import { streamBugs } from './streams.js';
import { transactionBugs } from './transactions.js';
import { treeBugs } from './tree.js';

export const plantedBugs: readonly PlantedBug[] = [
  ...lockBugs, ...commitBugs, ...markBugs, ...recoveryBugs, ...membershipBugs,
  ...treeBugs, ...transactionBugs, ...memoryBugs, ...journalBugs, ...lazyBugs, ...streamBugs,
];
