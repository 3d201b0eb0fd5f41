// Making room: frames, nodes and the cleaner. Each is a mini-transaction of its own before the
// operation that needs it, so a death in between leaves room that the next incarnation uses.

import { LAYOUT } from '../../../src/layout.js';
import { WIDTHS, key, type CrashCase } from '../crash-case.js';
import { ACTOR, type Stage } from '../stage.js';
import { toySizes, type Sizes } from '../toy.js';

const FRAME_BYTES = 2048;
/** A record with this value fills a quarter of a frame. */
const QUARTER = 'x'.repeat(FRAME_BYTES / 4 - LAYOUT.record.RECORD_HEADER - 8);

/** A region that is small enough for overwrites to fill it. */
const TIGHT: Partial<Sizes> = { kib: 96 };

/** Bytes that the actor has written into its open frame. */
function openTail(stage: Stage): number {
  return stage.machine.slotField(ACTOR, LAYOUT.slot.OPEN_FRAME);
}
function counted(stage: Stage, index: number): number {
  return stage.machine.slotField(ACTOR, LAYOUT.slot.COUNTERS + 8 * index);
}
/** Counters of assembly/sync/counters.ts. */
const CLEANED = 6;
const RELINKED = 7;

/** Puts that are enough to fill the region several times. */
const MANY = 2000;

/** The put that is about to change what `counter` says, found by trying. */
interface NextPut {
  readonly key: string;
  readonly value: string;
}

/**
 * Puts what `next` says until `counter` would change; that put is taken back and returned. Throws
 * if it never changes.
 */
function putUntil(
  stage: Stage, counter: () => number, next: (i: number) => NextPut,
): NextPut {
  for (let i = 0; i < MANY; i++) {
    const image = stage.machine.image();
    const model = new Map(stage.model);
    const before = counter();
    const put = next(i);
    stage.put(put.key, put.value);
    if (counter() === before) continue;
    stage.machine.restore(image);
    stage.model = model;
    return put;
  }
  throw new Error(`${MANY} puts did not bring the region into the shape`);
}

interface Shape {
  readonly name: string;
  readonly sizes?: Partial<Sizes>;
  /** Returns the put that will be stopped. */
  prepare(stage: Stage): NextPut;
}

const small = (n: number): NextPut => ({ key: key(n), value: 'small' });
const large = (n: number): NextPut => ({ key: key(n), value: QUARTER });
const larger = (n: number): NextPut => ({ key: key(n), value: 'x'.repeat(2 * FRAME_BYTES) });

const SHAPES: readonly Shape[] = [
  {
    name: 'frame roll',
    prepare: (stage) => {
      stage.put(key(0), 'small');
      while (openTail(stage) + FRAME_BYTES / 4 <= FRAME_BYTES) stage.put(key(1), QUARTER);
      return large(2);
    },
  },
  {
    name: 'a value larger than a frame',
    prepare: (stage) => { stage.put(key(0), 'small'); return larger(1); },
  },
  {
    name: 'overwrite a value larger than a frame',
    prepare: (stage) => { stage.put(key(1), larger(1).value); return small(1); },
  },
  {
    name: 'node refill',
    prepare: (stage) => {
      stage.put(key(0), 'small');
      const runs = (): number => stage.machine.slotField(ACTOR, LAYOUT.slot.MAGAZINE_B);
      return putUntil(stage, () => (runs() === 0 ? 0 : 1), (i) => small(i + 1));
    },
  },
  {
    name: 'cleaning a dead frame',
    sizes: TIGHT,
    prepare: (stage) => putUntil(stage, () => counted(stage, CLEANED), (i) => large(i % 5)),
  },
  {
    name: 'cleaning a frame with live records',
    sizes: TIGHT,
    // Every fourth record stays alive, so a frame of four is three quarters dead.
    prepare: (stage) => putUntil(stage, () => counted(stage, RELINKED),
      (i) => large(i % 4 === 0 ? 10 + i : i % 4)),
  },
];

export const roomCases: readonly CrashCase[] = SHAPES.flatMap(({ name, sizes, prepare }) =>
  WIDTHS.map((width): CrashCase => {
    let put = small(0);
    return {
      name: `put: ${name}, width ${width}`,
      sizes: toySizes({ width, ...sizes }),
      prepare: (stage) => { put = prepare(stage); },
      act: (stage) => { stage.put(put.key, put.value); },
    };
  }));
