// Frames that are loaded behind an open, while others read, write and clean.

import type { Machine } from '../machine.js';
import { ScenarioViolation, type Scenario } from '../scenario.js';
import { FLUSHED, lazy, type LazyRegion } from './lazy-scenario.js';
import {
  clean, get, keyArguments, put, putBoth, remove, roll, scan, writeKey, type TreeOp,
} from './tree-operations.js';

const helper = (fn: string, ...args: number[]): TreeOp => () => ({ fn, args, modelled: false });
/** A loader's life: until there is nothing left. */
const load = helper('loadAll');
const retire = (frame: number): TreeOp => helper('retire', frame);

/** Keys of one slice, which only their records tell apart. */
const [LONG, LONGER] = ['sameslice1', 'sameslice2'];
/** Records in both pages of a frame; one of them, f, is in both. */
const SEVEN = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7 };

const UNREAD = -1;
const UNREADABLE = -13;
/** A call whose result is known, whatever else happens. */
const expecting = (expected: number, fn: string, args: readonly number[], key = ''): TreeOp =>
  (region) => ({
    fn, args, modelled: false, label: `${fn}(${key || args.join(', ')})`,
    before: (machine, thread) => writeKey(region, machine, thread, key),
    result(returned) {
      if (returned === expected) return expected;
      throw new ScenarioViolation(`${fn}() is ${String(returned)} and not ${expected}`);
    },
  });
const tryOn = (key: string, fn: string, expected: number, ...more: number[]): TreeOp =>
  expecting(expected, fn, [...keyArguments(key), ...more], key);

/** Frame 1 holds dead records only: whatever was in it was put once more. */
function allDead(machine: Machine, region: LazyRegion): void {
  machine.call(0, 'roll');
  region.put(machine, 'a', 1);
}
/** As if all that will be committed were in the files already: frames are freed at once. */
function flushed(machine: Machine): void {
  machine.store64(FLUSHED, (1n << 32n) | (machine.load64(FLUSHED) & 1n));
}
/** Most of what the frame holds was put again behind it. */
function halfDead(machine: Machine, region: LazyRegion): void {
  for (const key of 'abcd') region.put(machine, key, 9);
}

const readers: readonly Scenario[] = [
  lazy({
    name: 'lazy: loaded beside a reader', holds: SEVEN,
    loader: 1, threads: [[get('a'), get('f')], [load]],
  }),
  lazy({
    name: 'lazy: loaded beside two readers', holds: { a: 1, b: 2 },
    loader: 2, threads: [[get('a')], [get('b')], [load]],
  }),
  lazy({
    name: 'lazy: the loader dies, another one goes on', holds: SEVEN,
    maxDeaths: 1, lateDetection: true, immortal: [0, 2],
    threads: [[get('g')], [load], [helper('loadOn')]],
  }),
  lazy({
    name: 'lazy: loaded beside a scan', holds: { a: 1, b: 2 },
    loader: 1, threads: [[scan('ab')], [load]],
  }),
  lazy({
    name: 'lazy: nobody loads', holds: { a: 1 }, timeouts: true,
    threads: [[tryOn('a', 'tryGet', UNREAD)]],
  }),
];

const writers: readonly Scenario[] = [
  lazy({
    name: 'lazy: loaded beside writers', holds: { a: 1, b: 2 },
    loader: 2, threads: [[put('a', 7)], [remove('b')], [load]],
  }),
  lazy({
    name: 'lazy: loaded beside a batch', holds: { a: 1, b: 2 },
    loader: 2, threads: [[putBoth('ab', 7)], [get('b')], [load]],
  }),
  lazy({
    name: 'lazy: keys of one slice', holds: { [LONG]: 1 },
    loader: 2, threads: [[put(LONGER, 2)], [remove(LONG)], [load]],
  }),
  lazy({
    name: 'lazy: a cleaner beside the loader', holds: { a: 9, b: 9, c: 9, d: 9, e: 5 },
    early: halfDead, start: flushed,
    threads: [[clean(), clean(), get('e')], [load]],
  }),
  lazy({
    name: 'lazy: a frame is retired beside the loader', holds: { a: 1 },
    early: allDead, start: flushed, cold: 2,
    threads: [[retire(1), roll(), put('b', 5), get('b')], [load]],
  }),
  lazy({
    name: 'lazy: two loaders, and a frame is used again', holds: { a: 1 },
    early: allDead, start: flushed, cold: 2,
    threads: [[retire(1), roll(), put('b', 5)], [load], [load]],
  }),
];

/** Messages in four frames, of which the group has read none. */
function messages(machine: Machine): void {
  const must = (fn: string, ...args: number[]): void => {
    if (machine.call(0, fn, ...args) !== 1) throw new Error(`${fn} in the set-up has failed`);
    if (machine.call(machine.environment, 'save', 0) !== 1) throw new Error('no round');
  };
  must('makeStream');
  for (let i = 1; i <= 10; i++) must('append', i);
}
const STREAMING = { kib: 40, locks: 10, ringBytes: 2048 } as const;

const streams: readonly Scenario[] = [
  lazy({
    name: 'lazy: messages that are loaded, and the ones behind', holds: {}, early: messages,
    region: STREAMING, hasStream: true, loader: 1,
    threads: [
      [expecting(0x101, 'readMessage', [0]), expecting(0x505, 'readMessage', [4]),
        expecting(0x808, 'readMessage', [7])],
      [load],
    ],
  }),
];

/** What stands in the frame is lost; everything that does not need it goes on. */
const damaged: readonly Scenario[] = [
  lazy({
    name: 'lazy: a damaged frame', holds: { a: 1, b: 2 }, damages: true,
    threads: [
      [tryOn('a', 'tryGet', UNREAD), tryOn('a', 'tryPut', 1, 8), tryOn('a', 'tryGet', 8),
        expecting(1, 'tryScan', [9]), tryOn('b', 'tryRemove', 1),
        expecting(1, 'tryBoth', [97, 98, 9])],
      [load],
    ],
  }),
  lazy({
    name: 'lazy: long keys in a damaged frame', holds: { [LONG]: 1 }, damages: true,
    threads: [
      [tryOn(LONGER, 'tryPut', UNREADABLE, 8), tryOn(LONG, 'tryRemove', UNREADABLE),
        expecting(UNREAD, 'tryScan', [9])],
      [load],
    ],
  }),
];

export const lazyScenarios: readonly Scenario[] = [
  ...readers, ...writers, ...streams, ...damaged,
];
