/**
 * The page: starts the workers, terminates some, and reports. The test calls what hangs on window.
 */
import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import { open, ready } from 'millrace';
import type { StoreHandle } from 'millrace';
import { doneBy, makeBoard, stop } from './board.js';
import type { Board } from './board.js';
import { codeOfPromise } from './code-of.js';
import type { Flow } from './flow.js';
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
  private readonly living: Set<number>;
  private readonly workers: Worker[];
  private readonly runs: Promise<void>[];

  constructor(handle: StoreHandle, lanes: number) {
    this.board = makeBoard(lanes);
    this.numbers = Array.from({ length: lanes }, (_, i) => i + 1);
    this.living = new Set(this.numbers);
    this.workers = this.numbers.map(() => start('lane.js'));
    this.runs = this.workers.map((worker, i) =>
      wrap<Lane>(worker).work(handle, i + 1, this.board));
  }

  /** Resolves when all that live have done so many transactions more than now. */
  async goOn(transactions: number): Promise<void> {
    const who = [...this.living];
    const before = who.map((number) => doneBy(this.board, number));
    await until(() =>
      who.every((number, i) => doneBy(this.board, number) >= before[i] + transactions));
  }

  terminate(lane: number): void {
    this.living.delete(lane);
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

/** What is in a store after lanes were terminated, or everything was. */
export interface Outcome {
  /** Transactions that had returned. */
  readonly acked: number;
  /** Transactions by the counter that each of them has raised. */
  readonly counted: unknown;
  /** Transactions by what the lanes have left behind. */
  readonly written: number;
  readonly problems: readonly unknown[];
  readonly roles: readonly string[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b);

async function outcomeOf(home: Remote<Home>, done: readonly number[]): Promise<Outcome> {
  return {
    acked: sum(done),
    counted: await home.get('count'),
    written: sum(await Promise.all(done.map((_, i) => home.writtenBy(i + 1)))),
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
  await all.goOn(100);
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
    await all.goOn(20);
    await home.terminateSupervisor();
    await until(async () => await home.ended() === ended + 1);
    all.terminate(lane);
    await until(async () => await home.ended() === ended + 2);
    await until(async () => await countSupervisors(home) === 2);
  }
  await all.goOn(100);
  await all.end(1);
  await until(async () => (await home.members()).length === 3);
  const outcome = await outcomeOf(home, all.done);
  await home.close();
  return outcome;
}

async function countSupervisors(home: Remote<Home>): Promise<number> {
  return (await home.members()).filter(({ role }) => role === 'supervisor').length;
}

/** What came of a stream while one of three consumers was terminated. */
export interface Flowed {
  /** Messages that each producer has sent to each partition. */
  readonly sent: number[];
  /** Messages that were counted, for each partition and producer. */
  readonly seen: unknown[];
  readonly problems: readonly unknown[];
}

async function terminateConsumer(partitions: number): Promise<Flowed> {
  const home = startHome();
  const handle = await home.open(':memory:');
  await home.createStream(partitions);
  const numbers = [1, 2, 3];
  const [consumed, produced] = [makeBoard(numbers.length), makeBoard(0)];
  const workers = numbers.map(() => start('flow.js'));
  const [, ...survivors] = workers.map((worker, i) =>
    wrap<Flow>(worker).consume(handle, i + 1, consumed));
  const sources = [1, 2].map((number) =>
    wrap<Flow>(start('flow.js')).produce(handle, number, produced));
  const batches = (): number[] => numbers.map((number) => doneBy(consumed, number));
  await until(() => batches().every((count) => count > 0));
  workers[0].terminate();
  await until(async () => await home.ended() === 1);
  const before = batches();
  await until(() => batches().every((count, i) => i === 0 || count > before[i] + 20));
  stop(produced);
  const sent = await Promise.all(sources);
  stop(consumed);
  await Promise.all(survivors);
  const flowed = { sent, seen: await home.seen(), problems: (await home.check()).problems };
  await home.close();
  return flowed;
}

/** Everything that must be refused, by its code. */
async function refusals(): Promise<Record<string, string>> {
  const home = startHome();
  const handle = await home.open(':memory:');
  const found = {
    openInPage: await codeOfPromise(open(':memory:')),
    readyInPage: await codeOfPromise(ready()),
    attachAtOnce: await wrap<Lane>(start('lane.js')).attachAtOnce(handle),
    attachTwice: await home.attachAgain(),
  };
  await home.close();
  return found;
}

/** Why no store can be opened in this page. */
const whyNotHere = (): Promise<string> => open(':memory:').then(() => 'it can', String);

/** What each lane had done when the last flush began that has ended. */
let floor: readonly number[] = [];

/** Lanes write to files until the page is gone; all of it is flushed, again and again. */
async function writeFiles(location: string, lanes: number): Promise<void> {
  const home = startHome();
  const all = new Lanes(await home.open(location), lanes);
  for (;;) {
    const { done } = all;
    await home.flushed('flushed');
    floor = done;
  }
}

/** Resolves when so many transactions of each lane are known to be flushed. */
async function flushedFloor(transactions: number): Promise<readonly number[]> {
  await until(() => floor.length > 0 && Math.min(...floor) >= transactions);
  return floor;
}

/** What is in a directory, which is closed again. */
async function reopen(location: string, lanes: number): Promise<Outcome> {
  const home = startHome();
  await home.open(location);
  const outcome = await outcomeOf(home, Array.from({ length: lanes }, () => 0));
  await home.close();
  return outcome;
}

/** As terminateSupervisors, with the journal workers that the supervisors take along. */
async function terminateJournal(location: string): Promise<Outcome> {
  const home = startHome();
  const all = new Lanes(await home.open(location), 2);
  for (let i = 0; i < 2; i++) {
    await all.goOn(20);
    const ended = await home.ended();
    await home.terminateSupervisor();
    await until(async () => await home.ended() >= ended + 1);
    await until(async () => await countSupervisors(home) === 2);
    await home.flushed('synced');
  }
  await Promise.all(all.numbers.map((lane) => all.end(lane)));
  const outcome = await outcomeOf(home, all.done);
  await home.close();
  return outcome;
}

/** What becomes of a second opener while the first one lives. */
async function openTwice(location: string): Promise<string> {
  const [first, second] = [startHome(), startHome()];
  await first.open(location);
  const code = await second.codeOfOpen(location);
  await first.close();
  return code;
}

const smoke = {
  terminateLanes, terminateSupervisors, terminateConsumer, refusals, whyNotHere,
  writeFiles, flushedFloor, reopen, terminateJournal, openTwice,
};

export type Smoke = typeof smoke;

Object.assign(window, { smoke });
