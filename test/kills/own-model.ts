/**
 * What a lane's own keys hold after so many steps: the plain truth that the map is compared with.
 */
import type { Entry, KillStore, Own } from './entries.js';
import { ownEntry, ownRange } from './entries.js';
import { ownWrites, stepOf } from './plan.js';
import type { Step } from './plan.js';

const STEPS_PER_BEAT = 1000;

export class OwnModel {
  private readonly values = new Map<number, Own>();

  constructor(private readonly seed: number, private readonly lane: number) {}

  /**
   * The own keys after the first `steps` steps of the lane.
   * @param beat called now and then: so long a computation has to show that it goes on
   */
  static after(
    seed: number, lane: number, steps: number, beat: () => void = () => undefined,
  ): OwnModel {
    const model = new OwnModel(seed, lane);
    for (let number = 1; number <= steps; number++) {
      model.apply(stepOf(seed, lane, number), number);
      if (number % STEPS_PER_BEAT === 0) beat();
    }
    return model;
  }

  apply(step: Step, number: number): void {
    for (const { key, size } of ownWrites(step)) {
      if (size === undefined) this.values.delete(key);
      else this.values.set(key, { number, size });
    }
  }

  get(key: number): Own | undefined {
    return this.values.get(key);
  }

  /** Entries from a key on, in key order or against it. */
  scan(from: number, reverse: boolean, limit: number): Entry[] {
    const keys = [...this.values.keys()].filter((key) => (reverse ? key <= from : key >= from));
    keys.sort((a, b) => (reverse ? b - a : a - b));
    return keys.slice(0, limit).map((key) => this.entry(key));
  }

  /** What is wrong with the own keys in the map; empty if nothing is. */
  differences(store: KillStore): string[] {
    const expected = JSON.stringify(this.scan(0, false, Infinity));
    const found = JSON.stringify([...store.entries(ownRange(this.lane))]);
    if (found === expected) return [];
    return [`lane ${this.lane}, seed ${this.seed}: expected ${expected}, found ${found}`];
  }

  private entry(key: number): Entry {
    const { number, size } = this.values.get(key)!;
    return ownEntry(this.lane, key, number, size);
  }
}
