// Regions for the tests of check() and stats(): toy regions, filled by the core.

import { findBuild } from '../mc/builds.js';
import { loadProgram } from '../crash/program.js';
import { randomFrom } from '../crash/random.js';
import { ACTOR, FIRST, Stage } from '../crash/stage.js';
import { toySizes, type Sizes } from '../crash/toy.js';

/** A stage with an empty map; slots 1 to 3 have joined. */
export async function emptyStage(sizes: Partial<Sizes> = {}): Promise<Stage> {
  const { module } = loadProgram(await findBuild('core'));
  return new Stage(module, toySizes(sizes));
}

/** Puts and removes, by two clients, until there are splits, layers and dead records. */
export async function usedStage(operations: number, sizes: Partial<Sizes> = {}): Promise<Stage> {
  const stage = await emptyStage(sizes);
  const random = randomFrom(operations);
  for (let i = 0; i < operations; i++) {
    const slot = random(2) === 0 ? ACTOR : FIRST;
    const name = random(3) === 0 ? `shared prefix ${random(20)}` : `key ${random(60)}`;
    if (random(4) === 0) stage.remove(name, slot);
    else stage.put(name, 'v'.repeat(random(30)), slot);
  }
  return stage;
}
