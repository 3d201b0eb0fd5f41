// Streams with several producers and consumers, too large for the stateful search.

import type { Scenario } from '../scenario.js';
import { stream } from './stream-scenario.js';
import {
  commit, commitIf, getA, giving, helper, join, offsetOf, push, putA, putAndCommit, read,
  takeFirst, taking,
} from './streams.js';

const late = { lateDetection: true } as const;

export const largeStreams: readonly Scenario[] = [
  stream({
    name: 'large: three producers and a reader', ...late, maxDeaths: 2, region: { kib: 64 },
    threads: [
      [push(1), push(2), getA, push(3)],
      [push(4), read(), push(5), getA],
      [push(6), putA(9), read(), push(7)],
      [read(), getA, read(1), putA(8), read(2)],
    ],
    respawn: [[[join, push(8)]], [[join, read()]], null, null],
  }),
  stream({
    name: 'large: offsets and the map', ...late, maxDeaths: 1, immortal: [0],
    prepare: takeFirst(0), region: { kib: 64 },
    threads: [
      [putAndCommit(5, 1), commitIf(5, 2), commit(3), commitIf(7, 4), offsetOf],
      [offsetOf, getA, putA(7), offsetOf],
      [getA, offsetOf, putA(5), getA, offsetOf],
    ],
    respawn: [null, [[join, getA, offsetOf]], null],
  }),
  stream({
    name: 'large: spills beside two producers', ...late, maxDeaths: 1, holds: '123456',
    region: { kib: 64 },
    threads: [
      [push(7), push(8), read(4)], [push(9), read(6), push(1)], [read(5), offsetOf, read(7)],
    ],
    respawn: [[[join, read(6)]], null, null],
  }),
  stream({
    name: 'large: a lease that goes round', ...late, maxDeaths: 2, ghost: 0, finish: () => null,
    region: { kib: 64 },
    threads: [
      [taking('take'), giving, taking('take'), giving],
      [taking('awaitLease'), giving, push(1)],
      [taking('take'), helper('trim', ['node', 'id']), giving, helper('retire', [])],
    ],
    timeouts: true,
  }),
];
