// put: everything that one key can do to a tree.

import { WIDTHS, key, type CrashCase } from '../crash-case.js';
import type { Stage } from '../stage.js';
import { toySizes } from '../toy.js';

/** A shape and the key that is put into it. */
interface Shape {
  readonly name: string;
  prepare(stage: Stage): string;
  readonly value?: string;
  readonly widths?: readonly number[];
}

const fill = (stage: Stage, ...numbers: number[]): void => {
  for (const n of numbers) stage.put(key(n), `old ${n}`);
};

/** Keys that fill the tree with full leaves; every tenth number is used. */
const ascending = (i: number): string => key(1000 + 10 * i);
/** Keys that come into the middle of a tree of ascending keys, again and again in the same gap. */
const intoTheGap = (i: number): string => key(1001 + i);

const SHAPES: readonly Shape[] = [
  { name: 'first key', prepare: () => key(5) },
  {
    name: 'new, before the others',
    prepare: (stage) => { fill(stage, 10, 20); return key(5); },
  },
  {
    name: 'new, between the others',
    prepare: (stage) => { fill(stage, 10, 20); return key(15); },
  },
  {
    name: 'new, behind the others',
    prepare: (stage) => { fill(stage, 10, 20); return key(25); },
  },
  {
    name: 'into a slot that was removed',
    prepare: (stage) => {
      fill(stage, 10, 20);
      stage.remove(key(10));
      return key(10);
    },
  },
  {
    name: 'keys that differ in length only',
    prepare: (stage) => {
      stage.put('', 'empty');
      stage.put('\0', 'one zero');
      return '\0\0';
    },
  },
  {
    name: 'overwrite',
    prepare: (stage) => { fill(stage, 10, 20); return key(10); },
  },
  {
    name: 'overwrite by a longer value',
    prepare: (stage) => { fill(stage, 10, 20); return key(10); },
    value: 'x'.repeat(100),
  },
  {
    name: 'overwrite a key that is longer than a slice',
    prepare: (stage) => { stage.put('a long key', 'old'); return 'a long key'; },
  },
  {
    name: 'split at the right edge',
    prepare: (stage) => {
      stage.fillUntil(ascending, (before, after) => after.length > before.length);
      stage.put(ascending(100), 'over the root');
      return stage.fillUntil((i) => ascending(101 + i), (before, after) => after[0] > before[0]);
    },
  },
  {
    name: 'split in the middle',
    prepare: (stage) => {
      stage.fillUntil(ascending, (before, after) => after.length > before.length);
      stage.put(ascending(100), 'over the root');
      return stage.fillUntil(intoTheGap, (before, after) => after[0] > before[0]);
    },
  },
  {
    name: 'root growth of one level',
    prepare: (stage) =>
      stage.fillUntil(ascending, (before, after) => after.length > before.length),
  },
  {
    name: 'root growth of one level in the middle',
    prepare: (stage) => {
      stage.put(ascending(50), 'the last');
      return stage.fillUntil(ascending, (before, after) => after.length > before.length);
    },
  },
  {
    name: 'root growth of two levels',
    prepare: (stage) => stage.fillUntil(ascending, (_, after) => after.length === 3),
  },
  {
    name: 'root growth of three levels',
    prepare: (stage) => stage.fillUntil(ascending, (_, after) => after.length === 4),
    widths: [3, 4],
  },
  {
    name: 'inner split at the right edge',
    prepare: (stage) => stage.fillUntil(ascending, (before, after) =>
      after.length === 3 && before.length === 3 && after[1] > before[1]),
    widths: [3, 4],
  },
  {
    name: 'inner split in the middle',
    prepare: (stage) => {
      stage.fillUntil(ascending, (_, after) => after.length === 3);
      stage.put(ascending(500), 'over the root');
      return stage.fillUntil(intoTheGap, (before, after) =>
        before.length === 3 && after.length === 3 && after[1] > before[1]);
    },
    widths: [3, 4],
  },
];

function caseOf({ name, prepare, value = 'new value', widths = WIDTHS }: Shape): CrashCase[] {
  return widths.map((width) => {
    let put = '';
    return {
      name: `put: ${name}, width ${width}`,
      sizes: toySizes({ width }),
      prepare: (stage) => { put = prepare(stage); },
      act: (stage) => { stage.put(put, value); },
    };
  });
}

export const putCases: readonly CrashCase[] = SHAPES.flatMap(caseOf);
