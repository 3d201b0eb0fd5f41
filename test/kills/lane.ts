/**
 * One instance of a lane: finds out how far its predecessor came, and does step after step, each
 * compared with what the lane's own keys must hold.
 */
import { deepStrictEqual } from 'node:assert';
import {
  contendedKey, counterKey, hotKey, identityOf, ownKey, ownRange, ownValue, pairKeys,
} from './entries.js';
import type { Key, KillStore, Value } from './entries.js';
import type { Ledger } from './ledger.js';
import { OwnModel } from './own-model.js';
import { isRecorded, stepOf } from './plan.js';
import type { OwnWrite, Step } from './plan.js';

/** Something that the store promises did not hold. */
export class Violation extends Error {}

/** Where a lane stands when an instance takes it over. */
export interface Takeover {
  /** Steps that have happened. */
  readonly steps: number;
  /** Whether a step was in flight, and if so, whether it has happened. */
  readonly inFlight: 'none' | 'happened' | 'did not';
}

/**
 * How far the lane came, as its ledger and the store's last outcome tell together.
 *
 * @throws Violation when they contradict each other
 */
export function takeOver(store: KillStore, ledger: Ledger, seed: number, lane: number): Takeover {
  const { begun, done } = ledger.progress(lane);
  const recorded = Number(store.lastOutcome(identityOf(lane))?.sequence ?? 0n);
  let surely = done;
  while (surely > 0 && isRecorded(stepOf(seed, lane, surely)) !== 'always') surely--;
  const isKnown = recorded === 0 || isRecorded(stepOf(seed, lane, recorded)) !== 'never';
  if (recorded < surely || recorded > begun || !isKnown) {
    throw new Violation(`lane ${lane}: outcome ${recorded}, done ${done}, begun ${begun}`);
  }
  if (begun === done) return { steps: done, inFlight: 'none' };
  return recorded === begun
    ? { steps: begun, inFlight: 'happened' } : { steps: done, inFlight: 'did not' };
}

/** One instance at work. */
export class Lane {
  private readonly model: OwnModel;
  private number: number;

  /** @throws Violation when the lane's own keys are not what so many steps have made them */
  constructor(
    private readonly store: KillStore, private readonly ledger: Ledger,
    private readonly seed: number, private readonly lane: number,
  ) {
    const { steps } = takeOver(store, ledger, seed, lane);
    ledger.done(lane, steps);
    this.number = steps;
    this.model = OwnModel.after(seed, lane, steps, () => store.members.beat());
    const [difference] = this.model.differences(store);
    if (difference !== undefined) throw new Violation(difference);
  }

  /** Does the next step. */
  advance(): void {
    const number = ++this.number;
    const step = stepOf(this.seed, this.lane, number);
    this.ledger.begin(this.lane, number);
    this.perform(step, number);
    if (step.kind === 'hot') step.groups.forEach((group) => this.ledger.wroteHot(group));
    this.model.apply(step, number);
    this.ledger.done(this.lane, number);
  }

  private perform(step: Step, number: number): void {
    const numbered = { sequence: BigInt(number) };
    const { store, lane } = this;
    switch (step.kind) {
      case 'put': store.put(...this.entry(step.own, number), numbered); break;
      case 'del': {
        const wasThere = store.del(ownKey(lane, step.own.key), numbered);
        this.same(wasThere, this.model.get(step.own.key) !== undefined, 'del');
        break;
      }
      case 'batch': store.batch([
        ...step.writes.map((write) => this.operation(write, number)),
        ...pairKeys(step.pair).map((key) => ({ type: 'put', key, value: [lane, number] }) as const),
      ], numbered); break;
      case 'hot': store.batch([
        ...step.groups.map((group) => (
          { type: 'put', key: hotKey(group), value: [lane, number] } as const)),
        ...step.writes.map((write) => this.operation(write, number)),
      ], numbered); break;
      case 'count': this.count(step, number); break;
      case 'claim': store.put(contendedKey(step.key), [lane, number], numbered); break;
      case 'drop': store.del(contendedKey(step.key), numbered); break;
      default: this.read(step);
    }
  }

  private count(step: Extract<Step, { kind: 'count' }>, number: number): void {
    this.store.transaction((tx) => {
      for (const counter of step.counters) {
        const before = tx.get(counterKey(counter)) ?? 0;
        tx.put(counterKey(counter), Number(before) + 1);
      }
      tx.put(...this.entry(step.own, number));
    }, { sequence: BigInt(number) });
  }

  private read(step: Extract<Step, { kind: 'get' | 'scan' | 'look' }>): void {
    const { store, lane } = this;
    if (step.kind === 'get') {
      const expected = this.model.get(step.key);
      const found = store.get(ownKey(lane, step.key));
      this.same(found, expected && ownValue(lane, expected), 'get');
    } else if (step.kind === 'scan') {
      const { from, reverse, limit } = step;
      const bound = reverse ? { lte: ownKey(lane, from) } : { gte: ownKey(lane, from) };
      const range = { ...ownRange(lane), ...bound, reverse, limit };
      this.same([...store.entries(range)], this.model.scan(from, reverse, limit), 'scan');
    } else {
      const [a, b] = pairKeys(step.pair);
      const seen = store.transaction((tx) => [tx.get(a), tx.get(b)]);
      this.same(seen[0], seen[1], 'pair');
    }
  }

  private entry({ key, size = 0 }: OwnWrite, number: number): [Key, Value] {
    return [ownKey(this.lane, key), ownValue(this.lane, { number, size })];
  }

  private operation(write: OwnWrite, number: number) {
    const [key, value] = this.entry(write, number);
    return write.size === undefined ? { type: 'del', key } as const
      : { type: 'put', key, value } as const;
  }

  private same(found: unknown, expected: unknown, what: string): void {
    try {
      deepStrictEqual(found, expected);
    } catch (cause) {
      throw new Violation(`lane ${this.lane}, step ${this.number}, ${what}`, { cause });
    }
  }
}
