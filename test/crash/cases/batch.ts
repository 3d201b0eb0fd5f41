// Batches and transactions: several keys in one mini-transaction.

import type { BatchEntry } from '../client.js';
import { WIDTHS, key, type CrashCase } from '../crash-case.js';
import { ACTOR, OTHER, type Stage } from '../stage.js';
import { toySizes, type Sizes } from '../toy.js';

interface Shape {
  readonly name: string;
  readonly sizes?: Partial<Sizes>;
  prepare(stage: Stage): void;
  act(stage: Stage): void;
}

const put = (name: string, value = 'new'): BatchEntry => ({ key: name, value });
const del = (name: string): BatchEntry => ({ key: name });
const numbers = (count: number, from: number, step: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i * step);

/** Leaves of `width` keys each, as ascending keys make them; numbers are multiples of ten. */
const fillLeaves = (stage: Stage, leaves: number): void => {
  for (const n of numbers(leaves * stage.machine.sizes.width, 0, 10)) stage.put(key(n), `old ${n}`);
};
/** Every second key goes, so that leaves have room. */
const thinOut = (stage: Stage, leaves: number): void => {
  for (const n of numbers((leaves * stage.machine.sizes.width) / 2, 10, 20)) stage.remove(key(n));
};
/** Number of the first key of a leaf. */
const firstOf = (stage: Stage, leaf: number): number => leaf * stage.machine.sizes.width * 10;

/** The reads of a transaction, before its writes are staged. */
const readAll = (stage: Stage, keys: readonly string[]): void => {
  stage.actor.call('startCapture');
  for (const name of keys) stage.expect(stage.actor.get(name), stage.model.get(name));
  stage.actor.call('stopCapture');
};

const ofOneLeaf: readonly Shape[] = [
  {
    name: '2 new keys in one leaf',
    prepare: (stage) => stage.put(key(5), 'old'),
    act: (stage) => stage.batch([put(key(1)), put(key(9))]),
  },
  {
    name: '2 keys overwritten in one leaf',
    prepare: (stage) => fillLeaves(stage, 1),
    act: (stage) => stage.batch([put(key(0)), put(key(10))]),
  },
  {
    name: '3 keys, put, overwrite and delete in one leaf',
    prepare: (stage) => { stage.put(key(10), 'old'); stage.put(key(20), 'old'); },
    act: (stage) => stage.batch([put(key(5)), put(key(10)), del(key(20))]),
  },
  {
    name: 'delete and put, so that a slot is used again',
    prepare: (stage) => fillLeaves(stage, 1),
    act: (stage) => stage.batch([del(key(0)), put(key(5))]),
  },
  {
    name: 'deletes only, one of them missing',
    prepare: (stage) => fillLeaves(stage, 1),
    act: (stage) => stage.batch([del(key(0)), del(key(5)), del(key(10))]),
  },
];

const ofSeveralLeaves: readonly Shape[] = [
  {
    name: '2 keys in two leaves',
    prepare: (stage) => fillLeaves(stage, 4),
    act: (stage) => stage.batch([put(key(firstOf(stage, 0))), put(key(firstOf(stage, 2)))]),
  },
  {
    name: '3 keys in three leaves, one deleted',
    prepare: (stage) => fillLeaves(stage, 4),
    act: (stage) => stage.batch([
      put(key(firstOf(stage, 0))), del(key(firstOf(stage, 1))), put(key(firstOf(stage, 3))),
    ]),
  },
  {
    name: '12 keys overwritten over all leaves',
    prepare: (stage) => fillLeaves(stage, 4),
    act: (stage) => stage.batch(numbers(12, 0, Math.floor(firstOf(stage, 4) / 120) * 10)
      .map((n) => put(key(n)))),
  },
  {
    name: '12 keys, put and delete by turns',
    prepare: (stage) => { fillLeaves(stage, 6); thinOut(stage, 6); },
    act: (stage) => stage.batch(numbers(12, 0, 10)
      .map((n, i) => (i % 3 === 2 ? del(key(n)) : put(key(n))))),
  },
  {
    name: '3 keys with splits of two leaves',
    prepare: (stage) => fillLeaves(stage, 4),
    act: (stage) => stage.batch([
      put(key(firstOf(stage, 0) + 5)), put(key(firstOf(stage, 2) + 5)),
      put(key(firstOf(stage, 2) + 6)),
    ]),
  },
  {
    // More locks than a slot line has notes for.
    name: '12 keys in 12 leaves, two of which split',
    sizes: { kib: 192, locks: 32 },
    prepare: (stage) => fillLeaves(stage, 12),
    act: (stage) => stage.batch(numbers(12, 0, 1)
      .map((leaf) => put(key(firstOf(stage, leaf) + (leaf % 6 === 3 ? 5 : 0))))),
  },
  {
    name: '12 new keys into an empty map',
    prepare: () => {},
    act: (stage) => stage.batch(numbers(12, 0, 10).map((n) => put(key(n)))),
  },
  {
    name: 'root growth and a delete',
    prepare: (stage) => fillLeaves(stage, 1),
    act: (stage) => stage.batch([del(key(0)), put(key(1)), put(key(2))]),
  },
];

const acrossLayers: readonly Shape[] = [
  {
    name: 'keys of three layers',
    prepare: (stage) => {
      const ends = ['', 'a', 'b', 'slice-2.a', 'slice-2.b'];
      for (const end of ends) stage.put(`slice-1.${end}`, 'old');
    },
    act: (stage) => stage.batch([
      put('slice-1.'), del('slice-1.a'), put('slice-1.slice-2.b'), put('slice-1.slice-2.c'),
    ]),
  },
  {
    name: 'a new layer and keys in it',
    prepare: (stage) => stage.put('slice-1.a', 'old'),
    act: (stage) => stage.batch([put('slice-1.b'), put('slice-1.c'), put('slice-1.d')]),
  },
  {
    name: 'a new layer that splits at once',
    prepare: (stage) => stage.put('slice-1.a', 'old'),
    act: (stage) => stage.batch(['b', 'c', 'd', 'e', 'f'].map((end) => put(`slice-1.${end}`))),
  },
];

const validated: readonly Shape[] = [
  {
    name: 'transaction on 3 keys, validated',
    prepare: (stage) => {
      fillLeaves(stage, 4);
      readAll(stage, [key(0), key(firstOf(stage, 2)), key(5)]);
    },
    act: (stage) => stage.batch(
      [put(key(0)), put(key(5)), del(key(firstOf(stage, 2)))], true,
    ),
  },
  {
    name: 'transaction that conflicts',
    prepare: (stage) => {
      fillLeaves(stage, 4);
      readAll(stage, [key(0), key(10)]);
      stage.admit(OTHER);
      stage.put(key(10), 'by somebody else', OTHER);
    },
    act: (stage) => stage.expect(
      stage.client(ACTOR).batch([put(key(0)), put(key(20))], true), 'conflict',
    ),
  },
];

const SHAPES = [...ofOneLeaf, ...ofSeveralLeaves, ...acrossLayers, ...validated];

export const batchCases: readonly CrashCase[] = SHAPES.flatMap(({ name, sizes, prepare, act }) =>
  WIDTHS.map((width) => (
    { name: `batch: ${name}, width ${width}`, sizes: toySizes({ width, ...sizes }), prepare, act }
  )));
