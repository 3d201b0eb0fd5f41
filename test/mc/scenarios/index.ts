// Every scenario of `npm run mc`, in the order in which they run.

import type { Scenario } from '../scenario.js';
import { allocScenarios } from './alloc.js';
import { binaryScenarios } from './binary.js';
import { verbScenarios } from './binary-verbs.js';
import { gapScenarios } from './gaps.js';
import { journalScenarios } from './journal.js';
import { lazyScenarios } from './lazy.js';
import { mtxScenarios } from './mtx.js';
import { streamScenarios } from './streams.js';
import { treeGapScenarios } from './tree-gaps.js';
import { treeScenarios } from './tree.js';

export const scenarios: readonly Scenario[] = [
  ...mtxScenarios, ...gapScenarios, ...allocScenarios, ...treeScenarios, ...treeGapScenarios,
  ...streamScenarios, ...journalScenarios, ...lazyScenarios, ...binaryScenarios, ...verbScenarios,
];
