/**
 * The end of a campaign: everything that the lanes have done, counted once, against the map and
 * the stream.
 */
import {
  consumedKey, contendedKey, counterKey, hotKey, pairKeys, trapKey, wrongKey,
} from './entries.js';
import type { KillStore, Value } from './entries.js';
import { takeOver } from './lane.js';
import type { Ledger } from './ledger.js';
import { OwnModel } from './own-model.js';
import { CONTENDED, COUNTERS, HOT_GROUPS, PAIRS, stepOf } from './plan.js';
import type { Step } from './plan.js';
import { GROUP, STREAM, consumeOne } from './stream-lane.js';

/** What is wrong after all lanes have come to a halt. */
export interface Findings {
  /** Writes and messages that had returned and are not there. */
  lost: number;
  /** Writes and messages that happened more than once, or were never begun. */
  duplicated: number;
  /** Both, in words. */
  readonly problems: string[];
}

/** The last step of one lane on each key that others write, too. */
interface LastSteps {
  readonly contended: Map<number, { number: number; isDrop: boolean }>;
  readonly pairs: Map<number, number>;
  readonly hot: Map<number, number>;
}

/** @param mapLanes the first lanes, which work on the map; each other one fills a partition */
export function verify(
  store: KillStore, ledger: Ledger, seed: number, mapLanes: number,
): Findings {
  const problems: string[] = [];
  const findings: Findings = { lost: 0, duplicated: 0, problems };
  const counted = Array.from({ length: COUNTERS }, () => 0);
  const lasts: LastSteps[] = [];
  for (let lane = 0; lane < mapLanes; lane++) {
    const { steps } = takeOver(store, ledger, seed, lane);
    problems.push(...OwnModel.after(seed, lane, steps).differences(store));
    const last: LastSteps = { contended: new Map(), pairs: new Map(), hot: new Map() };
    for (let number = 1; number <= steps; number++) {
      tally(stepOf(seed, lane, number), number, counted, last);
    }
    lasts.push(last);
  }
  problems.push(
    ...contendedProblems(store, lasts), ...pairProblems(store, lasts), ...hotProblems(store, lasts),
  );
  // What another write stands in place of is lost.
  findings.lost += problems.length;
  counted.forEach((expected, counter) => {
    compare(findings, `counter ${counter}`, expected, Number(store.get(counterKey(counter)) ?? 0));
  });
  if (store.get(trapKey) !== 0) compare(findings, 'what nobody committed', 0, 1);
  verifyStream(store, ledger, mapLanes, findings);
  return findings;
}

function compare(findings: Findings, what: string, expected: number, found: number): void {
  if (found === expected) return;
  findings.problems.push(`${what}: ${expected} expected, ${found} found`);
  if (found < expected) findings.lost += expected - found;
  else findings.duplicated += found - expected;
}

/** Consumes what is left; then each message was consumed once, and in its turn. */
function verifyStream(
  store: KillStore, ledger: Ledger, mapLanes: number, findings: Findings,
): void {
  const stream = store.stream(STREAM);
  const consumer = stream.subscribe({ group: GROUP });
  while (stream.lag(GROUP) !== 0) consumeOne(consumer);
  consumer.close();
  for (let partition = 0; partition < stream.partitions; partition++) {
    const { begun, done } = ledger.progress(mapLanes + partition);
    const tail = stream.tail(partition);
    if (tail < done) compare(findings, `messages of ${partition}`, done, tail);
    if (tail > begun) compare(findings, `messages of ${partition}`, begun, tail);
    const consumed = Number(store.get(consumedKey(partition)) ?? 0);
    compare(findings, `consumed of ${partition}`, tail, consumed);
    const wrong = Number(store.get(wrongKey(partition)) ?? 0);
    compare(findings, `out of turn in ${partition}`, 0, wrong);
  }
}

function tally(step: Step, number: number, counted: number[], last: LastSteps): void {
  if (step.kind === 'count') for (const counter of step.counters) counted[counter]++;
  else if (step.kind === 'batch') last.pairs.set(step.pair, number);
  else if (step.kind === 'hot') step.groups.forEach((group) => last.hot.set(group, number));
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

/** Hot keys begin as the number 0, of no lane. */
function hotProblems(store: KillStore, lasts: LastSteps[]): string[] {
  return Array.from({ length: HOT_GROUPS }, (_, group) => group).filter((group) => {
    const [lane, number] = partsOf(store.get(hotKey(group)) ?? 0);
    if (lane < 0) return lasts.some(({ hot }) => hot.has(group));
    return lasts[lane].hot.get(group) !== number;
  }).map((group) => `hot ${group}: ${JSON.stringify(store.get(hotKey(group)))}`);
}

function partsOf(value: Value): readonly [number, number] {
  return typeof value === 'number' ? [-1, value] : [value[0], value[1]];
}
