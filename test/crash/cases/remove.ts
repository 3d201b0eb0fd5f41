// remove: one key, from leaves of every kind.

import { WIDTHS, key, type CrashCase } from '../crash-case.js';
import type { Stage } from '../stage.js';
import { toySizes } from '../toy.js';

interface Shape {
  readonly name: string;
  /** Returns the key that will be removed. */
  prepare(stage: Stage): string;
}

const fill = (stage: Stage, count: number): void => {
  for (let i = 1; i <= count; i++) stage.put(key(10 * i), `old ${i}`);
};

const SHAPES: readonly Shape[] = [
  { name: 'the only key', prepare: (stage) => { fill(stage, 1); return key(10); } },
  { name: 'first of a leaf', prepare: (stage) => { fill(stage, 3); return key(10); } },
  { name: 'middle of a leaf', prepare: (stage) => { fill(stage, 3); return key(20); } },
  { name: 'last of a leaf', prepare: (stage) => { fill(stage, 3); return key(30); } },
  { name: 'missing', prepare: (stage) => { fill(stage, 3); return key(15); } },
  { name: 'from an empty map', prepare: () => key(15) },
  {
    name: 'longer than a slice',
    prepare: (stage) => { stage.put('a long key', 'old'); return 'a long key'; },
  },
  {
    name: 'missing beside another of the same slice',
    prepare: (stage) => { stage.put('a long key', 'old'); return 'a long kez'; },
  },
  {
    name: 'last key of a leaf under an inner node',
    prepare: (stage) => {
      const { width } = stage.machine.sizes;
      fill(stage, 2 * width + 1);
      // Ascending keys leave full leaves behind, so the first leaf holds the first `width` keys.
      for (let i = 1; i < width; i++) stage.remove(key(10 * i));
      return key(10 * width);
    },
  },
];

export const removeCases: readonly CrashCase[] = SHAPES.flatMap(({ name, prepare }) =>
  WIDTHS.map((width): CrashCase => {
    let gone = '';
    return {
      name: `remove: ${name}, width ${width}`,
      sizes: toySizes({ width }),
      prepare: (stage) => { gone = prepare(stage); },
      act: (stage) => { stage.remove(gone); },
    };
  }));
