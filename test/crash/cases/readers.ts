// Readers and writers that meet a dead holder: whoever needs the leaf finishes what the dead one
// has begun, and may die while doing so.

import { WIDTHS, key, type CrashCase } from '../crash-case.js';
import { OTHER, type Stage } from '../stage.js';
import { toySizes } from '../toy.js';

/**
 * How far the dead one had come from its commit store to the end of its releases: far enough to
 * have marked its leaves, so that nobody can pass by.
 */
const SHARES: readonly number[] = [0.15, 0.3, 0.5, 0.7, 0.9];

const dead = [
  { key: key(10), value: 'new' }, { key: key(30), value: 'new' }, { key: key(40), value: 'new' },
];

function leaveApplying(stage: Stage, share: number): void {
  for (const n of [10, 20, 30]) stage.put(key(n), 'old');
  stage.admit(OTHER);
  stage.die(OTHER, share, () => stage.client(OTHER).batch(dead));
  for (const { key: name, value } of dead) stage.model.set(name, value);
}

/** What the actor does with the leaf of the dead one. */
const ACTS: readonly { readonly name: string; act(stage: Stage): void }[] = [
  { name: 'get', act: (stage) => stage.expect(stage.actor.get(key(10)), 'new') },
  { name: 'scan', act: (stage) => stage.expect(stage.actor.scan().length, stage.model.size) },
  { name: 'put', act: (stage) => stage.put(key(10), 'newer') },
  { name: 'remove', act: (stage) => stage.remove(key(30)) },
];

export const readerCases: readonly CrashCase[] = ACTS.flatMap(({ name, act }) =>
  WIDTHS.flatMap((width) => SHARES.map((share): CrashCase => ({
    name: `${name}: meets a dead holder at ${share} of its apply, width ${width}`,
    sizes: toySizes({ width }),
    prepare: (stage) => leaveApplying(stage, share),
    act,
  }))));
