// What the writers of the backup campaign do, step by step, and what the store holds after any
// number of their steps. Every step of a lane is one operation, so a cut shows a prefix of each.

import type { Store, Stream } from 'millrace';

export const LANES = 3;
export const STREAM = 'events';
export const GROUP = 'readers';
const KEYS = 97;
const MARKS = 13;
const ACCOUNTS = 8;
const OPENING = 1000;

type Key = readonly (string | number)[];
export type LaneStore = Store<Key, number>;

/** From an account to another one, by number of the step. */
const route = (step: number): [number, number] => [step % ACCOUNTS, (step * 3 + 1) % ACCOUNTS];

/** Before the first step of anybody. */
export function prepare(store: LaneStore): void {
  store.createStream(STREAM, { partitions: LANES, capacity: 128 * 1024 });
  for (let i = 0; i < ACCOUNTS; i++) store.put(['account', i], OPENING);
}

/** Step number `step` of a lane, from 1 on: one operation. */
export function act(
  store: LaneStore, stream: Stream<Key, number>, lane: number, step: number,
): void {
  if (step % 4 === 0) store.put(['key', lane, step % KEYS], step);
  else if (step % 4 === 1) transfer(store, lane, step);
  else if (step % 4 === 2) store.del(['key', lane, step * 7 % KEYS]);
  else stream.push(Buffer.from(String(step)), { partition: lane });
}

function transfer(store: LaneStore, lane: number, step: number): void {
  const [from, to] = route(step);
  store.transaction((tx) => {
    const taken = tx.get(['account', from])! - 1;
    tx.put(['account', from], taken);
    tx.put(['account', to], tx.get(['account', to])! + 1);
    tx.put(['mark', lane, step % MARKS], step);
  });
}

/** What a store must hold of a lane after so many steps. */
export class LaneModel {
  readonly entries = new Map<string, number>();
  readonly balances = Array.from({ length: ACCOUNTS }, () => 0);
  pushed = 0;
  private steps = 0;

  constructor(private readonly lane: number) {}

  advance(to: number): void {
    while (this.steps < to) this.step(++this.steps);
  }

  private step(step: number): void {
    const { lane } = this;
    if (step % 4 === 0) this.entries.set(`key,${lane},${step % KEYS}`, step);
    else if (step % 4 === 2) this.entries.delete(`key,${lane},${step * 7 % KEYS}`);
    else if (step % 4 === 3) this.pushed++;
    else {
      const [from, to] = route(step);
      this.balances[from]--;
      this.balances[to]++;
      this.entries.set(`mark,${lane},${step % MARKS}`, step);
    }
  }
}

function sameEntries(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

/** The messages of a lane that are there are the last ones before the tail, in order. */
function wrongMessages(stream: Stream<Key, number>, lane: number): string | null {
  for (const { offset, bytes } of stream.peek(lane)) {
    const step = Number(Buffer.from(bytes).toString());
    if (step !== 4 * offset + 3) return `message ${offset} of lane ${lane} says ${step}`;
  }
  return null;
}

/**
 * What is wrong with a copy, or null: each lane is where it was after some number of steps between
 * those that were done before the backup and those that were begun behind it.
 */
export function wrongCopy(
  store: LaneStore, done: readonly number[], begun: readonly number[],
): string | null {
  const stream = store.stream(STREAM);
  const balances = Array.from({ length: ACCOUNTS }, () => OPENING);
  for (let lane = 0; lane < LANES; lane++) {
    const found = new Map<string, number>();
    for (const kind of ['key', 'mark']) {
      for (const [key, value] of store.entries({ prefix: [kind, lane] })) {
        found.set(key.join(), value);
      }
    }
    const model = new LaneModel(lane);
    let steps = done[lane];
    const fits = (): boolean => {
      model.advance(steps);
      return model.pushed === stream.tail(lane) && sameEntries(found, model.entries);
    };
    while (!fits() && steps <= begun[lane]) steps++;
    if (steps > begun[lane]) {
      return `lane ${lane} is at no step from ${done[lane]} to ${begun[lane]}`;
    }
    // The steps up to the next one that shows, which is no transfer, look alike.
    model.balances.forEach((change, i) => { balances[i] += change; });
    const wrong = wrongMessages(stream, lane);
    if (wrong !== null) return wrong;
  }
  for (let i = 0; i < ACCOUNTS; i++) {
    const balance = store.get(['account', i]);
    if (balance !== balances[i]) return `account ${i} has ${balance} and not ${balances[i]}`;
  }
  return wrongOffsets(store, stream);
}

/** What a consumer has seen stands in the map, and changes with its offset. */
function wrongOffsets(store: LaneStore, stream: Stream<Key, number>): string | null {
  const offsets = stream.offsets(GROUP) ?? [];
  for (let lane = 0; lane < LANES; lane++) {
    const seen = store.get(['seen', lane]) ?? 0;
    if ((offsets[lane] ?? 0) === seen) continue;
    return `the group is at ${offsets[lane]} of lane ${lane} and has noted ${seen}`;
  }
  return null;
}
