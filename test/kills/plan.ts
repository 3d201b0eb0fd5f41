/**
 * What each lane does, step by step. A step follows from seed, lane and number alone, so whoever
 * knows how far a lane came knows everything that it has done.
 */
import { Random } from './random.js';

/** Keys that only one lane writes, per lane. */
export const OWN_KEYS = 96;
/** Counters that all lanes add to. */
export const COUNTERS = 6;
/** Keys that all lanes put and delete. */
export const CONTENDED = 4;
/** Hot keys, each in a leaf of its own. */
export const HOT_GROUPS = 3;
const GROUPS = Array.from({ length: HOT_GROUPS }, (_, group) => group);
/** Pairs of keys that are always written together. */
export const PAIRS = 4;

/** One write of a lane to one of its own keys: a value of so many characters, or a deletion. */
export interface OwnWrite {
  readonly key: number;
  readonly size: number | undefined;
}

export type Step =
  | { readonly kind: 'put'; readonly own: OwnWrite }
  | { readonly kind: 'del'; readonly own: OwnWrite }
  /** Several own keys and a pair, in one batch. */
  | { readonly kind: 'batch'; readonly writes: OwnWrite[]; readonly pair: number }
  /** One is added to two counters, and an own key is put, in one transaction. */
  | { readonly kind: 'count'; readonly counters: readonly [number, number]; readonly own: OwnWrite }
  /** Hot keys, and perhaps many own keys, in one batch: then their locks are held for long. */
  | { readonly kind: 'hot'; readonly groups: readonly number[]; readonly writes: OwnWrite[] }
  | { readonly kind: 'claim'; readonly key: number }
  | { readonly kind: 'drop'; readonly key: number }
  | { readonly kind: 'get'; readonly key: number }
  | {
    readonly kind: 'scan'; readonly from: number; readonly reverse: boolean; readonly limit: number;
  }
  /** Both keys of a pair are read in one transaction. */
  | { readonly kind: 'look'; readonly pair: number };

/** Whether the step is recorded under the lane's identity: deleting nothing is not. */
export function isRecorded({ kind }: Step): 'always' | 'perhaps' | 'never' {
  if (kind === 'put' || kind === 'batch' || kind === 'count') return 'always';
  if (kind === 'claim' || kind === 'hot') return 'always';
  return kind === 'del' || kind === 'drop' ? 'perhaps' : 'never';
}

/** The step with this number; steps count from 1. */
export function stepOf(seed: number, lane: number, number: number): Step {
  const random = new Random(seed, lane, number);
  const own = (): number => random.below(OWN_KEYS);
  const put = (): OwnWrite => ({ key: own(), size: random.below(300) });
  const share = random.next();
  if (share < 0.1) return { kind: 'put', own: put() };
  // Often, so that after a death somebody wants the key at once.
  if (share < 0.22) return { kind: 'hot', groups: GROUPS, writes: [] };
  if (share < 0.3) {
    const spared = random.below(HOT_GROUPS);
    return { kind: 'hot', groups: GROUPS.filter((g) => g !== spared), writes: many(random) };
  }
  if (share < 0.34) return { kind: 'del', own: { key: own(), size: undefined } };
  if (share < 0.45) return { kind: 'batch', writes: batchOf(random), pair: random.below(PAIRS) };
  if (share < 0.6) {
    const first = random.below(COUNTERS);
    const second = (first + 1 + random.below(COUNTERS - 1)) % COUNTERS;
    return { kind: 'count', counters: [first, second], own: put() };
  }
  if (share < 0.7) return { kind: 'claim', key: random.below(CONTENDED) };
  if (share < 0.73) return { kind: 'drop', key: random.below(CONTENDED) };
  if (share < 0.85) return { kind: 'get', key: own() };
  if (share < 0.95) {
    const limit = 1 + random.below(20);
    return { kind: 'scan', from: own(), reverse: random.next() < 0.5, limit };
  }
  return { kind: 'look', pair: random.below(PAIRS) };
}

/** One to five different keys, a third of them deleted. */
function batchOf(random: Random): OwnWrite[] {
  const first = random.below(OWN_KEYS);
  return Array.from({ length: 1 + random.below(5) }, (_, i) => ({
    key: (first + 7 * i) % OWN_KEYS,
    size: random.next() < 0.67 ? random.below(300) : undefined,
  }));
}

/** Half of the own keys. */
function many(random: Random): OwnWrite[] {
  const first = random.below(OWN_KEYS);
  return Array.from({ length: OWN_KEYS / 2 }, (_, i) => ({
    key: (first + 2 * i) % OWN_KEYS, size: random.below(40),
  }));
}

/** The writes of a step to the lane's own keys. */
export function ownWrites(step: Step): readonly OwnWrite[] {
  if (step.kind === 'batch' || step.kind === 'hot') return step.writes;
  return 'own' in step ? [step.own] : [];
}
