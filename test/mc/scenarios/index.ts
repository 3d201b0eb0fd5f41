// Every scenario of `npm run mc`, in the order in which they run.

import type { Scenario } from '../scenario.js';
import { mtxScenarios } from './mtx.js';

export const scenarios: readonly Scenario[] = [...mtxScenarios];
