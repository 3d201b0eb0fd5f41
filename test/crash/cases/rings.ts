// Rings that keep their records until a journal worker has taken them, as in a store with files:
// the record of the operation comes behind others, or goes to the start of the ring again.

import type { BatchEntry } from '../client.js';
import { WIDTHS, key, type CrashCase } from '../crash-case.js';
import { ACTOR, type Stage } from '../stage.js';
import { toySizes } from '../toy.js';

/** Operations after which a ring should have wrapped. */
const MANY = 500;

interface Shape {
  readonly name: string;
  act(stage: Stage, i: number): void;
}

const entriesOf = (i: number): BatchEntry[] => [0, 1, 2].map((n) => (
  { key: key(10 * n), value: `batch ${i}` }));

const SHAPES: readonly Shape[] = [
  { name: 'put', act: (stage, i) => stage.put(key(i % 7), `value ${i}`) },
  { name: 'batch', act: (stage, i) => stage.batch(entriesOf(i)) },
  { name: 'put of a growing tree', act: (stage, i) => stage.put(key(i), `value ${i}`) },
];

/** Does what the shape does until its next record would go to the start of the ring. */
function wrapNext(stage: Stage, { act }: Shape): number {
  const { machine } = stage;
  for (let i = 0; i < MANY; i++) {
    const image = machine.image();
    const model = new Map(stage.model);
    const before = machine.recordPosition(ACTOR);
    act(stage, i);
    if (machine.recordPosition(ACTOR) >= before) continue;
    machine.restore(image);
    stage.model = model;
    return i;
  }
  throw new Error(`${MANY} operations did not wrap the ring`);
}

export const ringCases: readonly CrashCase[] = SHAPES.flatMap((shape) =>
  WIDTHS.flatMap((width): CrashCase[] => {
    let next = 0;
    const sizes = toySizes({ width, journal: 1, kib: 160 });
    const act = (stage: Stage): void => shape.act(stage, next);
    return [
      {
        name: `${shape.name}: behind other records, width ${width}`, sizes, act,
        prepare: (stage) => { for (next = 0; next < 5; next++) shape.act(stage, next); },
      },
      {
        name: `${shape.name}: ring wrap, width ${width}`, sizes, act,
        prepare: (stage) => { next = wrapNext(stage, shape); },
      },
    ];
  }));
