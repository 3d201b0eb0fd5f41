// All cases of the crash runner, and which of them each form of a run plays.

import type { CrashCase } from '../crash-case.js';
import { mapWalk } from '../map-walk.js';
import { streamWalk } from '../stream-walk.js';
import { batchCases } from './batch.js';
import { layerCases } from './layers.js';
import { memberCases } from './members.js';
import { putCases } from './put.js';
import { readerCases } from './readers.js';
import { removeCases } from './remove.js';
import { ringCases } from './rings.js';
import { roomCases } from './room.js';
import { streamCases } from './streams.js';

/** Shapes that were thought of, each with a name of its own. */
export const shapes: readonly CrashCase[] = [
  ...putCases, ...removeCases, ...layerCases, ...roomCases, ...ringCases, ...batchCases,
  ...memberCases, ...readerCases, ...streamCases,
];

export type Form = 'quick' | 'full' | 'long';

/** Random walks, on maps and on streams. */
const WALKS = {
  full: { map: 520, stream: 220 },
  long: { map: 7500, stream: 3200 },
} as const;

/** The quick form plays each so-manieth walk, and no shape at the middle one of three widths. */
const QUICK_STEP = 20;
const MIDDLE_WIDTH = ', width 4';

function walks({ map, stream }: { readonly map: number; readonly stream: number }): CrashCase[] {
  return [
    ...Array.from({ length: map }, (_, seed) => mapWalk(seed)),
    ...Array.from({ length: stream }, (_, seed) => streamWalk(seed)),
  ];
}

/** The cases of a form. The quick form is part of the full one, and that one of the long one. */
export function casesOf(form: Form): readonly CrashCase[] {
  if (form !== 'quick') return [...shapes, ...walks(WALKS[form])];
  return [
    ...shapes.filter(({ name }) => !name.endsWith(MIDDLE_WIDTH)),
    ...walks(WALKS.full).filter((_, i) => i % QUICK_STEP === 0),
  ];
}
