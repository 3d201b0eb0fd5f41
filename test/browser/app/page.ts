/**
 * The page: starts the workers, terminates some, and reports. The test calls what hangs on window.
 */
import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import { open } from 'millrace';
import type { StoreHandle } from 'millrace';
import { doneBy, KEYS_OF_A_LANE, makeBoard, stop } from './board.js';
import type { Board } from './board.js';
import { codeOfPromise } from './code-of.js';
import type { Home } from './home.js';
import type { Lane } from './lane.js';

const start = (script: string): Worker => new Worker(script, { type: 'module' });

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => { setTimeout(resolve, ms); });

/** Looks again and again; the test's own bound ends it. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(5);
}

/** Lanes that write to one store, by their numbers from 1. */
class Lanes {
  readonly board: Board;
  readonly numbers: readonly number[];
  private readonly workers: Worker[];
  private readonly runs: Promise<void>[];

  constructor(handle: StoreHandle, lanes: number) {
    this.board = makeBoard(lanes);
    this.numbers = Array.from({ length: lanes }, (_, i) => i + 1);
    this.workers = this.numbers.map(() => start('lane.js'));
    this.runs = this.workers.map((worker, i) =>
      wrap<Lane>(worker).work(handle, i + 1, this.board));
  }

  /** Resolves when all of them, or one, have done so many transactions more than now. */
  async goOn(transactions: number, lane?: number): Promise<void> {
    const who = lane === undefined ? this.numbers : [lane];
    const before = who.map((number) => doneBy(this.board, number));
    await until(() =>
      who.every((number, i) => doneBy(this.board, number) >= before[i] + transactions));
  }

  terminate(lane: number): void {
    this.workers[lane - 1].terminate();
  }

  /** Lets one end in good order. */
  async end(lane: number): Promise<void> {
    stop(this.board);
    await this.runs[lane - 1];
    this.terminate(lane);
  }

  get done(): number[] {
    return this.numbers.map((lane) => doneBy(this.board, lane));
  }
}

/** What came of a run in which lanes were terminated. */
export interface Outcome {
  readonly acked: number;
  readonly counted: unknown;
  /** Keys that lanes must have left behind, and the store has not. */
  readonly lost: number;
  readonly problems: readonly unknown[];
  readonly roles: readonly string[];
}

async function lost(home: Remote<Home>, done: readonly number[]): Promise<number> {
  const there = await Promise.all(done.map((_, i) => home.keysOf(i + 1)));
  const missing = done.map((n, i) => Math.max(0, Math.min(n, KEYS_OF_A_LANE) - there[i].length));
  return missing.reduce((a, b) => a + b);
}

async function outcomeOf(home: Remote<Home>, done: readonly number[]): Promise<Outcome> {
  return {
    acked: done.reduce((a, b) => a + b),
    counted: await home.get('count'),
    lost: await lost(home, done),
    problems: (await home.check()).problems,
    roles: (await home.members()).map(({ role }) => role).sort(),
  };
}

const startHome = (): Remote<Home> => wrap<Home>(start('home.js'));

/** Lane 1 survives; the others are terminated while they write, all at the same moment. */
async function terminateLanes(lanes: number): Promise<Outcome> {
  const home = startHome();
  const all = new Lanes(await home.open(':memory:'), lanes);
  await all.goOn(20);
  for (const lane of all.numbers.slice(1)) all.terminate(lane);
  await until(async () => await home.ended() === lanes - 1);
  await all.goOn(100, 1);
  await all.end(1);
  await until(async () => await home.ended() === lanes);
  const outcome = await outcomeOf(home, all.done);
  await home.close();
  return outcome;
}

/** Both supervisors are terminated, one after the other, and a lane after each of them. */
async function terminateSupervisors(): Promise<Outcome> {
  const home = startHome();
  const all = new Lanes(await home.open(':memory:'), 3);
  for (const lane of [2, 3]) {
    const ended = await home.ended();
    await all.goOn(20, 1);
    await home.terminateNested();
    await until(async () => await home.ended() === ended + 1);
    all.terminate(lane);
    await until(async () => await home.ended() === ended + 2);
    await until(async () => await countSupervisors(home) === 2);
  }
  await all.goOn(100, 1);
  await all.end(1);
  await until(async () => (await home.members()).length === 3);
  const outcome = await outcomeOf(home, all.done);
  await home.close();
  return outcome;
}

async function countSupervisors(home: Remote<Home>): Promise<number> {
  return (await home.members()).filter(({ role }) => role === 'supervisor').length;
}

/** Everything that must be refused, by its code. */
async function refusals(): Promise<Record<string, string>> {
  const home = startHome();
  const handle = await home.open(':memory:');
  const found = {
    openInPage: await codeOfPromise(open(':memory:')),
    attachAtOnce: await wrap<Lane>(start('lane.js')).attachAtOnce(handle),
    attachTwice: await home.attachAgain(),
  };
  await home.close();
  return found;
}

/** Why no store can be opened in this page. */
const whyNotHere = (): Promise<string> => open(':memory:').then(() => 'it can', String);

const smoke = { terminateLanes, terminateSupervisors, refusals, whyNotHere };

export type Smoke = typeof smoke;

Object.assign(window, { smoke });
