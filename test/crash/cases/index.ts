// All cases of the crash runner.

import type { CrashCase } from '../crash-case.js';
import { batchCases } from './batch.js';
import { layerCases } from './layers.js';
import { memberCases } from './members.js';
import { putCases } from './put.js';
import { readerCases } from './readers.js';
import { removeCases } from './remove.js';
import { roomCases } from './room.js';
import { streamCases } from './streams.js';

export const cases: readonly CrashCase[] = [
  ...putCases, ...removeCases, ...layerCases, ...roomCases, ...batchCases, ...memberCases,
  ...readerCases, ...streamCases,
];
