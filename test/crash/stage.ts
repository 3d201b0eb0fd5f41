// The stage on which a case is played: a machine, the clients of its slots, and beside it the plain
// map that says what the region should hold.

import { LAYOUT } from '../../src/layout.js';
import { Client, type BatchEntry } from './client.js';
import { Machine } from './machine.js';
import type { Sizes } from './toy.js';

/** Slots by their part: who acts and is stopped, who recovers, who recovers that one. */
export const ACTOR = 1;
export const FIRST = 2;
export const SECOND = 3;
/** Somebody else: a rival, or one who died before. Joins only where a case says so. */
export const OTHER = 4;

/** Puts after which a shape is taken for impossible. */
const MOST_PUTS = 2000;

export class Stage {
  readonly machine: Machine;
  model = new Map<string, string>();
  /** Who died while the case was prepared, with a generation that has been moved on. */
  readonly died: { readonly slot: number; readonly generation: number }[] = [];
  private readonly clients: Client[] = [];

  /** Formats the region; actor and both recoverers have joined. */
  constructor(module: WebAssembly.Module, sizes: Sizes) {
    this.machine = new Machine(module, sizes);
    const { kib, slots, width, unitShift, frameShift, ringBytes, locks } = sizes;
    const { runNodes, keyBytes, outputBytes, identities, spins, journal } = sizes;
    const formatted = this.machine.call(ACTOR, 'format', kib, slots, width, unitShift, frameShift,
      ringBytes, locks, runNodes, keyBytes, outputBytes, identities, spins, journal);
    if (formatted === 0) throw new Error('the region is too small to be formatted');
    this.admit(FIRST);
    this.admit(SECOND);
  }

  client(slot: number): Client {
    this.clients[slot] ??= new Client(this.machine, slot);
    return this.clients[slot];
  }
  get actor(): Client {
    return this.client(ACTOR);
  }

  /** Grants the slot, which must be the next free one, and attaches its first incarnation. */
  admit(slot: number): void {
    const granted = this.actor.call('grantSlot');
    if (granted !== slot) throw new Error(`slot ${granted} was granted, not ${slot}`);
    this.client(slot).call('attach', slot, this.generation(slot));
  }

  generation(slot: number): number {
    return this.machine.slotField(slot, LAYOUT.slot.GEN);
  }

  put(key: string, value: string, slot = ACTOR): void {
    this.expect(this.client(slot).put(key, value), 'ok');
    this.model.set(key, value);
  }
  remove(key: string, slot = ACTOR): void {
    this.expect(this.client(slot).remove(key), this.model.delete(key));
  }
  batch(entries: readonly BatchEntry[], validate = false): void {
    this.expect(this.actor.batch(entries, validate), 'ok');
    for (const { key, value } of entries) {
      if (value === undefined) this.model.delete(key);
      else this.model.set(key, value);
    }
  }
  /**
   * Lets a slot die in `act`, `share` of the way from its commit store to its end. Its generation
   * is moved on, as by a supervisor that died right after, and nobody has recovered it.
   */
  die(slot: number, share: number, act: () => void): void {
    const { machine } = this;
    const image = machine.image();
    const whole = machine.run(slot, 0, act);
    machine.restore(image);
    const stores = whole.commit + Math.floor(share * (whole.stores - whole.commit));
    machine.run(slot, stores + 1, act);
    const generation = this.generation(slot);
    this.died.push({ slot, generation });
    machine.words[(machine.slotAddress(slot) + LAYOUT.slot.GEN) >> 2] = generation + 1;
  }

  /** Throws if the core does not do what the case was made for. */
  expect<T>(got: T, wanted: T): void {
    if (got !== wanted) throw new Error(`the case expects ${wanted} and the core says ${got}`);
  }

  /** Nodes of each level of the first layer, leaves first. */
  levels(): number[] {
    const { words } = this.machine;
    const { NEXT, LEFTMOST } = LAYOUT.node;
    const counts: number[] = [];
    let first = words[LAYOUT.superblock.ROOT >> 2];
    for (let level = words[(first + NEXT + 4) >> 2]; level >= 0; level--) {
      counts[level] = 0;
      for (let node = first; node !== 0; node = words[(node + NEXT) >> 2]) counts[level]++;
      first = words[(first + LEFTMOST) >> 2];
    }
    return counts;
  }

  /**
   * Puts keys from `next` until the one that comes would change the tree as `wanted` says, and
   * returns that one. The stage is left as it is just before it.
   */
  fillUntil(
    next: (i: number) => string, wanted: (before: number[], after: number[]) => boolean,
  ): string {
    for (let i = 0; i < MOST_PUTS; i++) {
      const image = this.machine.image();
      const model = new Map(this.model);
      const before = this.levels();
      this.put(next(i), 'value');
      if (wanted(before, this.levels())) {
        this.machine.restore(image);
        this.model = model;
        return next(i);
      }
    }
    throw new Error(`${MOST_PUTS} puts did not bring the tree into the shape`);
  }
}
