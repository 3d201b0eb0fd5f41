// Random walks on the map: a region of random sizes is brought into a random shape by all verbs,
// and sometimes by a death; then one more operation is stopped before each of its stores.

import type { BatchEntry } from './client.js';
import type { CrashCase } from './crash-case.js';
import { Distribution, oneOf } from './keys.js';
import { randomFrom, type Random } from './random.js';
import { ACTOR, FIRST, OTHER, type Stage } from './stage.js';
import { toySizes, type Sizes } from './toy.js';

/** The operation that a walk ends with. */
type Act =
  | { readonly verb: 'put'; readonly key: string; readonly value: string }
  | { readonly verb: 'remove' | 'get'; readonly key: string }
  | { readonly verb: 'batch' | 'transaction'; readonly entries: readonly BatchEntry[] }
  | { readonly verb: 'scan' };

const VERBS = [
  'put', 'put', 'overwrite', 'remove', 'batch', 'batch', 'transaction', 'after a death',
] as const;
type Verb = typeof VERBS[number];

/** Operations before the last one, at most. */
const LONGEST = 120;
/** Of so many ways to end, the one with most stores is taken. */
const CANDIDATES = 3;
const TRIES = 4;
const NAME = 'walker';

const byKey = (a: string, b: string): number => (a < b ? -1 : 1);

function sizesOf(random: Random, verb: Verb): Sizes {
  return toySizes({
    // One more slot wants its block.
    kib: oneOf(random, [128, 160, 192, 256]) + (verb === 'after a death' ? 64 : 0),
    width: 3 + random(10),
    frameShift: oneOf(random, [10, 11, 12]),
    ringBytes: oneOf(random, [4096, 8192]),
    locks: oneOf(random, [19, 24, 32]),
    runNodes: oneOf(random, [4, 8]),
    // A store with files keeps its records: its rings wrap.
    journal: random(3) === 0 ? 1 : 0,
  });
}

/** One walk on one stage. */
class Walk {
  constructor(
    private readonly stage: Stage, private readonly keys: Distribution,
    private readonly random: Random,
  ) {}

  /** Random operations of two slots. What finds no room does not happen. */
  wander(): void {
    for (let left = this.random(LONGEST); left > 0; left--) {
      const slot = this.random(3) === 0 ? FIRST : ACTOR;
      const share = this.random(10);
      if (share < 7) this.put(this.keys.key(), this.keys.value(), slot);
      else if (share < 9) this.remove(this.somewhere(), slot);
      else this.batch(this.entries(), slot);
    }
  }

  /** Somebody dies in a batch, between its commit and its end, and is not recovered. */
  die(): void {
    const { stage } = this;
    const entries = this.entries();
    const client = stage.client(OTHER);
    const image = stage.machine.image();
    const result = client.batch(entries);
    stage.machine.restore(image);
    if (result !== 'ok') return;
    stage.die(OTHER, this.random(100) / 100, () => client.batch(entries));
    this.apply(entries);
  }

  /** The act with most stores among a few. */
  choose(verb: Verb): Act {
    const acts = Array.from({ length: CANDIDATES }, () => this.draw(verb));
    const stores = acts.map((act) => this.storesOf(act));
    return acts[stores.indexOf(Math.max(...stores))];
  }

  perform(act: Act): void {
    const { stage } = this;
    switch (act.verb) {
      case 'put': return this.put(act.key, act.value, ACTOR);
      case 'remove': return this.remove(act.key, ACTOR);
      // What a dead one has committed and not published may be seen or not, before its recovery.
      case 'get': stage.actor.get(act.key); return;
      case 'scan': stage.actor.scan(); return;
      case 'transaction': return this.transact(act.entries);
      default: return this.batch(act.entries, ACTOR);
    }
  }

  private draw(verb: Verb): Act {
    const { keys } = this;
    switch (verb) {
      case 'put': return { verb: 'put', key: keys.keyBetween(), value: keys.value() };
      case 'overwrite': return { verb: 'put', key: this.somewhere(), value: keys.value() };
      case 'remove': return { verb: 'remove', key: this.somewhere() };
      case 'batch': case 'transaction': return { verb, entries: this.entries() };
      default: return this.drawAfterDeath();
    }
  }

  private drawAfterDeath(): Act {
    switch (this.random(6)) {
      case 0: return { verb: 'get', key: this.somewhere() };
      case 1: return { verb: 'scan' };
      default: return this.draw(oneOf(this.random, ['overwrite', 'remove', 'put', 'batch']));
    }
  }

  private storesOf(act: Act): number {
    const { machine } = this.stage;
    const image = machine.image();
    const model = new Map(this.stage.model);
    const { stores } = machine.run(ACTOR, 0, () => this.perform(act));
    machine.restore(image);
    this.stage.model = model;
    return stores;
  }

  /** A key that is there, if any is. */
  private somewhere(): string {
    const names = [...this.stage.model.keys()];
    return names.length === 0 ? this.keys.key() : oneOf(this.random, names);
  }

  /** One to six different keys in order, new ones and old ones; a third of them are deleted. */
  private entries(): BatchEntry[] {
    const { random, keys } = this;
    const names = Array.from({ length: 1 + random(6) },
      () => (random(2) === 0 ? this.somewhere() : keys.key()));
    return [...new Set(names)].toSorted(byKey)
      .map((key) => (random(3) === 0 ? { key } : { key, value: keys.value() }));
  }

  /** Reads what it will write. Making room may move what it has read: then it reads again. */
  private transact(entries: readonly BatchEntry[]): void {
    const { actor, model } = this.stage;
    for (let tries = 0; tries < TRIES; tries++) {
      actor.call('startCapture');
      for (const { key } of entries) this.stage.expect(actor.get(key), model.get(key));
      actor.call('stopCapture');
      const result = actor.batch(entries, true);
      if (result === 'ok') this.apply(entries);
      if (result !== 'conflict') return;
    }
    throw new Error(`${TRIES} conflicts with nobody`);
  }

  private put(key: string, value: string, slot: number): void {
    if (this.stage.client(slot).put(key, value) === 'ok') this.stage.model.set(key, value);
  }
  private remove(key: string, slot: number): void {
    this.stage.remove(key, slot);
  }
  private batch(entries: readonly BatchEntry[], slot: number): void {
    if (this.stage.client(slot).batch(entries) === 'ok') this.apply(entries);
  }
  private apply(entries: readonly BatchEntry[]): void {
    for (const { key, value } of entries) {
      if (value === undefined) this.stage.model.delete(key);
      else this.stage.model.set(key, value);
    }
  }
}

/** The walk that follows from a seed. */
export function mapWalk(seed: number): CrashCase {
  const random = randomFrom(seed);
  const verb = VERBS[seed % VERBS.length];
  const sizes = sizesOf(random, verb);
  const hasName = random(4) === 0;
  const start = random(0x7fff_ffff);
  const { name } = new Distribution(randomFrom(start));
  let walk: Walk;
  let act: Act;
  return {
    name: `walk ${seed}: ${verb}, width ${sizes.width}, ${name}`,
    sizes,
    prepare(stage) {
      const drawn = randomFrom(start);
      walk = new Walk(stage, new Distribution(drawn), drawn);
      if (hasName) stage.expect(stage.actor.claimName(NAME), 1);
      if (verb === 'after a death') stage.admit(OTHER);
      walk.wander();
      if (verb === 'after a death') walk.die();
      act = walk.choose(verb);
    },
    act: () => walk.perform(act),
    ...(hasName && { observe: (client) => client.outcomeOf(NAME) }),
  };
}
