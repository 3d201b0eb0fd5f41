// Membership: names, slots, blocks, the serial lock, and an incarnation that dies in its first act.

import { WIDTHS, key, type CrashCase } from '../crash-case.js';
import { ACTOR, OTHER, type Stage } from '../stage.js';
import type { Client } from '../client.js';
import { toySizes } from '../toy.js';

interface Shape {
  readonly name: string;
  prepare(stage: Stage): void;
  act(stage: Stage): void;
  observe?(client: Client): string;
}

const NAME = 'worker one';
const outcome = (client: Client): string => client.outcomeOf(NAME);
const claim = (stage: Stage, slot = ACTOR): void => stage.expect(
  stage.client(slot).claimName(NAME), 1,
);

const SHAPES: readonly Shape[] = [
  {
    name: 'claimName: a new name',
    prepare: (stage) => stage.put(key(1), 'old'),
    act: (stage) => claim(stage),
    observe: outcome,
  },
  {
    name: 'claimName: the name of a dead worker',
    prepare: (stage) => {
      stage.admit(OTHER);
      claim(stage, OTHER);
      stage.put(key(1), 'old', OTHER);
      const generation = stage.generation(OTHER);
      stage.actor.call('declareDead', OTHER, generation);
    },
    act: (stage) => claim(stage),
    observe: outcome,
  },
  {
    name: 'claimName: in use',
    prepare: (stage) => { stage.admit(OTHER); claim(stage, OTHER); },
    act: (stage) => stage.expect(stage.actor.claimName(NAME), 0),
    observe: outcome,
  },
  {
    name: 'put: with an identity',
    prepare: (stage) => { claim(stage); stage.put(key(1), 'old'); },
    act: (stage) => stage.put(key(2), 'new'),
    observe: outcome,
  },
  {
    name: 'remove: with an identity and a number',
    prepare: (stage) => { claim(stage); stage.put(key(1), 'old'); },
    act: (stage) => { stage.actor.call('setSequence', 0, 77); stage.remove(key(1)); },
    observe: outcome,
  },
  {
    name: 'batch: with an identity',
    prepare: (stage) => { claim(stage); stage.put(key(1), 'old'); },
    act: (stage) => stage.batch([{ key: key(1), value: 'new' }, { key: key(2), value: 'new' }]),
    observe: outcome,
  },
  {
    name: 'serial lock: enter, put, leave',
    prepare: (stage) => stage.put(key(1), 'old'),
    act: (stage) => {
      stage.actor.call('enterSerial');
      stage.put(key(2), 'new');
      stage.actor.call('leaveSerial');
    },
  },
  {
    name: 'serial lock: enter, batch, leave',
    prepare: (stage) => stage.put(key(1), 'old'),
    act: (stage) => {
      stage.actor.call('enterSerial');
      stage.batch([{ key: key(1), value: 'new' }, { key: key(2), value: 'new' }]);
      stage.actor.call('leaveSerial');
    },
  },
];

/** What does not depend on the tree is played at one width. */
const ONCE: readonly CrashCase[] = [
  {
    name: 'grantSlot: a slot without a block',
    sizes: toySizes(),
    prepare: (stage) => stage.put(key(1), 'old'),
    act: (stage) => stage.expect(stage.actor.call('grantSlot'), OTHER),
  },
  {
    name: 'attach: a new incarnation',
    sizes: toySizes(),
    prepare: (stage) => {
      stage.put(key(1), 'old');
      stage.client(OTHER - 1).call('declareDead', ACTOR, stage.generation(ACTOR));
    },
    act: (stage) => stage.actor.join(),
  },
];

/** A slot whose death nobody has recovered: the first act of its next incarnation does it. */
const firstActs: readonly CrashCase[] = [0, 0.25, 0.5, 0.75, 1].map((share) => ({
  name: `attach: recovers its own slot from ${share} of an apply, and puts`,
  sizes: toySizes(),
  prepare: (stage) => {
    stage.put(key(1), 'old');
    const entries = [{ key: key(1), value: 'new' }, { key: key(2), value: 'new' }];
    stage.die(ACTOR, share, () => stage.actor.batch(entries));
    for (const { key: name, value } of entries) stage.model.set(name, value);
  },
  act: (stage) => { stage.actor.join(); stage.put(key(3), 'by the next one'); },
}));

export const memberCases: readonly CrashCase[] = [
  ...SHAPES.flatMap(({ name, prepare, act, observe }) => WIDTHS.map((width): CrashCase => ({
    name: `${name}, width ${width}`, sizes: toySizes({ width }), prepare, act, observe,
  }))),
  ...ONCE,
  ...firstActs,
];
