/**
 * The end of a campaign: everything that the lanes have done, counted once, against the map.
 */
import { contendedKey, counterKey, pairKeys } from './entries.js';
import type { KillStore, Value } from './entries.js';
import { takeOver } from './lane.js';
import type { Ledger } from './ledger.js';
import { OwnModel } from './own-model.js';
import { CONTENDED, COUNTERS, PAIRS, stepOf } from './plan.js';
import type { Step } from './plan.js';

/** The last step of one lane on each contended key and each pair. */
interface LastSteps {
  readonly contended: Map<number, { number: number; isDrop: boolean }>;
  readonly pairs: Map<number, number>;
}

/** What is wrong with the map after all lanes have come to a halt; empty if nothing is. */
export function verify(store: KillStore, ledger: Ledger, seed: number): string[] {
  const problems: string[] = [];
  const counted = Array.from({ length: COUNTERS }, () => 0);
  const lasts: LastSteps[] = [];
  for (let lane = 0; lane < ledger.lanes; lane++) {
    const { steps } = takeOver(store, ledger, seed, lane);
    problems.push(...OwnModel.after(seed, lane, steps).differences(store));
    const last: LastSteps = { contended: new Map(), pairs: new Map() };
    for (let number = 1; number <= steps; number++) {
      tally(stepOf(seed, lane, number), number, counted, last);
    }
    lasts.push(last);
  }
  counted.forEach((expected, counter) => {
    const found = store.get(counterKey(counter)) ?? 0;
    if (found !== expected) problems.push(`counter ${counter}: ${expected}, found ${found}`);
  });
  return [...problems, ...contendedProblems(store, lasts), ...pairProblems(store, lasts)];
}

function tally(step: Step, number: number, counted: number[], last: LastSteps): void {
  if (step.kind === 'count') for (const counter of step.counters) counted[counter]++;
  else if (step.kind === 'batch') last.pairs.set(step.pair, number);
  else if (step.kind === 'claim' || step.kind === 'drop') {
    last.contended.set(step.key, { number, isDrop: step.kind === 'drop' });
  }
}

/** The last writer of all was the last step of some lane on that key. */
function contendedProblems(store: KillStore, lasts: LastSteps[]): string[] {
  return Array.from({ length: CONTENDED }, (_, key) => key).filter((key) => {
    const found = store.get(contendedKey(key));
    const ends = lasts.map(({ contended }) => contended.get(key));
    if (found === undefined) return !ends.some((end) => end === undefined || end.isDrop);
    const [lane, number] = partsOf(found);
    return ends[lane]?.number !== number || ends[lane].isDrop;
  }).map((key) => `contended ${key}: ${JSON.stringify(store.get(contendedKey(key)))}`);
}

function pairProblems(store: KillStore, lasts: LastSteps[]): string[] {
  return Array.from({ length: PAIRS }, (_, pair) => pair).filter((pair) => {
    const [a, b] = pairKeys(pair).map((key) => store.get(key));
    if (a === undefined) return b !== undefined || lasts.some(({ pairs }) => pairs.has(pair));
    const [lane, number] = partsOf(a);
    return JSON.stringify(a) !== JSON.stringify(b) || lasts[lane].pairs.get(pair) !== number;
  }).map((pair) => `pair ${pair}: ${JSON.stringify(pairKeys(pair).map((key) => store.get(key)))}`);
}

function partsOf(value: Value): readonly [number, number] {
  return typeof value === 'number' ? [-1, value] : [value[0], value[1]];
}
