// The journal with several writers and workers that die, each state a crash of the process and of
// the machine; too large for the stateful search.

import type { Scenario } from '../scenario.js';
import { journal } from './journal-scenario.js';
import {
  append, appendBoth, besideRounds, checkpoint, fullSegment, join, link, replace, reuse, round,
  standBy, syncedRound, work,
} from './journal.js';

export const largeJournals: readonly Scenario[] = [
  journal({
    name: 'large: three writers, a worker replaced twice', lateDetection: true, maxDeaths: 2,
    region: { kib: 24 },
    writers: [
      [append(0, 1), appendBoth(2), append(1, 3)], [append(1, 4), append(0, 5)],
      [appendBoth(6), append(0, 7)],
    ],
    workers: [[round, syncedRound, round]],
    respawn: [null, null, null, [[join(5), round, syncedRound], [join(5), syncedRound]]],
  }),
  journal({
    name: 'large: checkpoints beside writers, the worker dies', lateDetection: true, maxDeaths: 1,
    region: { kib: 24 }, prepare: fullSegment(2),
    writers: [[append(0, 1), appendBoth(2), append(1, 3)], [append(1, 4), append(0, 5)]],
    workers: [[round, checkpoint, round]],
    respawn: [null, null, [[join(4), checkpoint, syncedRound]]],
  }),
  journal({
    name: 'large: who takes a checkpoint beside a writer dies', ...besideRounds, maxDeaths: 1,
    immortal: [0, 1], writers: [[append(0, 1)]], workers: [[work], [standBy]],
    respawn: [null, null, [[join(4), standBy]]],
  }),
  journal({
    name: 'large: frames used again, two workers', maxDeaths: 1, immortal: [0, 1],
    region: { kib: 24, ringBytes: 2048 },
    writers: [[link(0, 1), replace(0, 2), reuse, append(1, 3)], [append(0, 4), link(1, 5)]],
    workers: [[work], [work]],
  }),
];
