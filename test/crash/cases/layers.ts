// Keys that are longer than a slice and share slices: layers are made, used and emptied.

import { WIDTHS, type CrashCase } from '../crash-case.js';
import type { Stage } from '../stage.js';
import { toySizes } from '../toy.js';

const ONE = 'slice-1.';
const THREE = 'slice-1.slice-2.slice-3.';

/** A shape and what is then done to it. */
interface Shape {
  readonly name: string;
  prepare(stage: Stage): void;
  act(stage: Stage): void;
}

const fill = (stage: Stage, prefix: string, count: number): void => {
  for (let i = 0; i < count; i++) stage.put(`${prefix}${100 + 10 * i}`, `old ${i}`);
};
/** The layer is under one entry, so its own leaves are counted by their splits: three per width. */
const fillLeaf = (stage: Stage, prefix: string): void => {
  fill(stage, prefix, stage.machine.sizes.width);
};

const SHAPES: readonly Shape[] = [
  {
    name: 'put: new layer, one shared slice',
    prepare: (stage) => fill(stage, ONE, 1),
    act: (stage) => stage.put(`${ONE}b`, 'new'),
  },
  {
    name: 'put: new layer, three shared slices',
    prepare: (stage) => fill(stage, THREE, 1),
    act: (stage) => stage.put(`${THREE}b`, 'new'),
  },
  {
    name: 'put: new layer, one key ends where the other goes on',
    prepare: (stage) => stage.put(`${ONE}slice-2.`, 'old'),
    act: (stage) => stage.put(`${ONE}slice-2.more`, 'new'),
  },
  {
    name: 'put: the slice itself beside its layer',
    prepare: (stage) => fill(stage, ONE, 2),
    act: (stage) => stage.put(ONE, 'new'),
  },
  {
    name: 'put: into a layer',
    prepare: (stage) => fill(stage, ONE, 2),
    act: (stage) => stage.put(`${ONE}105`, 'new'),
  },
  {
    name: 'put: overwrite in the third layer',
    prepare: (stage) => fill(stage, THREE, 2),
    act: (stage) => stage.put(`${THREE}100`, 'new'),
  },
  {
    name: 'put: root growth in a layer',
    prepare: (stage) => fillLeaf(stage, ONE),
    act: (stage) => stage.put(`${ONE}105`, 'new'),
  },
  {
    name: 'put: split in a layer',
    prepare: (stage) => {
      fillLeaf(stage, ONE);
      for (let i = 0; i < stage.machine.sizes.width; i++) stage.put(`${ONE}9${i}`, 'old');
    },
    act: (stage) => stage.put(`${ONE}9x`, 'new'),
  },
  {
    name: 'put: new layer in a full leaf',
    prepare: (stage) => {
      fill(stage, ONE, 1);
      for (let i = 1; i < stage.machine.sizes.width; i++) stage.put(`other ${i}`, 'old');
    },
    act: (stage) => stage.put(`${ONE}b`, 'new'),
  },
  {
    name: 'remove: from a layer',
    prepare: (stage) => fill(stage, ONE, 2),
    act: (stage) => stage.remove(`${ONE}100`),
  },
  {
    name: 'remove: the last key of a layer',
    prepare: (stage) => {
      fill(stage, ONE, 2);
      stage.remove(`${ONE}100`);
    },
    act: (stage) => stage.remove(`${ONE}110`),
  },
  {
    name: 'put: into an empty layer',
    prepare: (stage) => {
      fill(stage, ONE, 2);
      stage.remove(`${ONE}100`);
      stage.remove(`${ONE}110`);
    },
    act: (stage) => stage.put(`${ONE}105`, 'new'),
  },
];

export const layerCases: readonly CrashCase[] = SHAPES.flatMap(({ name, prepare, act }) =>
  WIDTHS.map((width) =>
    ({ name: `${name}, width ${width}`, sizes: toySizes({ width }), prepare, act })));
