/**
 * Opens the files that a loss of power has left, as the opening thread of a store does it, and
 * looks at all that they hold; then writes on, loses power once more, and looks again.
 */
import { compileCore, Core, FLUSH } from '../../src/core.js';
import { restore } from '../../src/journal/restore.js';
import { sizesFor } from '../../src/sizes.js';
import type { Store } from '../../src/store.js';
import { storeOn } from '../unit/store-support.js';
import { Disk } from './disk.js';
import {
  GROUP, LANES, LaneModel, STREAM, TOTAL, consumedKey, keyOf, stateHash, summed, type Consumed,
} from './lanes.js';
import { OPTIONS, type Facts } from './session.js';

/** What must be there at the least, and can be at the most. */
export interface Expected {
  /** Whether open has resolved. */
  readonly opened: boolean;
  /** Operations by lane that were synced, and that were done at all. */
  readonly least: Facts;
  readonly most: Facts;
  /** Messages by partition whose consumption was synced. */
  readonly consumed: Facts;
}

type Value = string | number | Consumed;
type Values = Store<string, Value>;

/** Something that is not as it must be. */
class Wrong extends Error {}

const module = await compileCore();
const decoder = new TextDecoder();
const AFTER = 'after';
/** Turns in which a journal worker has to bring everything to the files. */
const TURNS = 20;

function must(isRight: boolean, what: string | (() => string)): void {
  if (!isRight) throw new Wrong(typeof what === 'string' ? what : what());
}

/** A store out of an image, with the instance that was its first. */
async function opened(
  disk: Disk, createIfMissing: boolean,
): Promise<{ core: Core; store: Values }> {
  const { memory, first } = await restore(module, disk.files, disk.wasiOn, {
    sizes: { ...sizesFor(OPTIONS.maxMemory, OPTIONS.slots, true), ...OPTIONS.sizes },
    createIfMissing, errorIfExists: false, verify: 'full',
  });
  const core = new Core(module, memory);
  core.attach(first.slot, first.generation);
  return { core, store: storeOn<string, Value>(core) };
}

function checked(store: Values): void {
  const { problems } = store.check();
  must(problems.length === 0, `check: ${problems.slice(0, 3).map(({ code, where, message }) =>
    `${code} at ${where}: ${message}`).join('; ')}`);
}

export class Judge {
  private readonly models: readonly LaneModel[];

  constructor(seed: number) {
    this.models = Array.from({ length: LANES }, (_, lane) => new LaneModel(seed, lane));
  }

  /** What a disk holds. @throws an error that says what is wrong with it. */
  async judge(disk: Disk, expected: Expected): Promise<Facts> {
    const { core, store } = await opened(disk, !expected.opened);
    // What an open has found is safe from then on.
    const safe = Disk.of(disk.safe);
    const facts = this.look(store, expected);
    const entries = [...store.entries()];
    if (!disk.isSafe) await this.findAgain(safe, entries);
    const message = await this.goOn(core, store, disk);
    const others = entries.filter(([key]) => key !== AFTER);
    await this.findAgain(Disk.of(disk.safe), [[AFTER, message], ...others]);
    return facts;
  }
  private async findAgain(disk: Disk, entries: readonly [string, Value][]): Promise<void> {
    const { store } = await opened(disk, false);
    checked(store);
    must(JSON.stringify([...store.entries()]) === JSON.stringify(entries),
      'another open finds other entries');
  }

  /** Compares all that is there with what the lanes have done; how far each of them has come. */
  private look(store: Values, { least, most, consumed }: Expected): Facts {
    checked(store);
    const lanes = Array.from({ length: LANES }, (): [string, string][] => []);
    for (const [key, value] of store.entries()) {
      const lane = lanes.findIndex((_, i) => key.startsWith(keyOf(i, 0).slice(0, -1)));
      if (lane >= 0) lanes[lane].push([key, value as string]);
    }
    const hasStream = store.streams().includes(STREAM);
    const candidates = lanes.map((entries, lane) => {
      const messages = hasStream ? store.stream(STREAM).tail(lane) : 0;
      const found = this.models[lane].find(stateHash(entries), messages, least[lane], most[lane]);
      must(found.length > 0, () => `lane ${lane} is as after no number of operations from ` +
        `${least[lane]} to ${most[lane]}, but ${
          this.nearest(entries, messages, lane, most[lane])}`);
      return found;
    });
    const counted = store.get(TOTAL) as number | undefined ?? 0;
    const facts = this.thatCount(counted, candidates);
    must(facts !== undefined, `${counted} transactions were counted, the lanes say something else`);
    if (hasStream) this.messages(store, consumed);
    return facts ?? [];
  }
  /** Numbers of operations, one for each lane, with so many transactions among them. */
  private thatCount(counted: number, candidates: readonly number[][], lane = 0): Facts | undefined {
    if (lane === candidates.length) return counted === 0 ? [] : undefined;
    for (const n of candidates[lane]) {
      const rest = this.thatCount(
        counted - this.models[lane].transactionsOf(n), candidates, lane + 1);
      if (rest !== undefined) return [n, ...rest];
    }
    return undefined;
  }
  private nearest(
    entries: readonly [string, string][], messages: number, lane: number, most: number,
  ): string {
    const [n] = this.models[lane].find(stateHash(entries), messages, 0, most);
    return n === undefined ? `as never (${messages} messages)` : `as after ${n}`;
  }

  /** Messages are whole and in turn, and the map tells of exactly those that were consumed. */
  private messages(store: Values, least: Facts): void {
    const stream = store.stream(STREAM);
    const all = this.models.map(({ messages }) => messages);
    let left = 0;
    for (let partition = 0; partition < LANES; partition++) {
      let expected: number | undefined;
      for (const { offset, bytes } of stream.peek(partition)) {
        must(offset === (expected ?? offset), `message ${offset} of ${partition} is out of turn`);
        must(decoder.decode(bytes) === all[partition][offset],
          `message ${offset} of ${partition} is not what was pushed`);
        expected = offset + 1;
      }
      const tail = stream.tail(partition);
      must((expected ?? tail) === tail, `the last messages of ${partition} are missing`);
      const { next, sum } = store.get(consumedKey(partition)) as Consumed | undefined ??
        { next: 0, sum: 0 };
      must(next >= least[partition], `${next} messages of ${partition} were consumed, ` +
        `${least[partition]} were synced`);
      const real = all[partition].slice(0, next).reduce(summed, 0);
      must(sum === real, `the map does not hold what ${next} messages of ${partition} have made`);
      left += tail - next;
    }
    const lag = stream.lag(GROUP);
    must(lag === undefined ? stream.groups().length === 0 : lag === left,
      `offsets say that ${lag} messages are left, the map says ${left}`);
  }

  /** Writes on, until it is synced. */
  private goOn(core: Core, store: Values, disk: Disk): string {
    const message = `written after ${String(store.get(AFTER) ?? 'nothing')}`.slice(-100);
    store.transaction((tx) => tx.put(AFTER, message));
    const journal = new Core(module, core.memory, disk.wasiOn(core.memory));
    const slot = core.grantSlot();
    journal.attach(slot, core.generationOf(slot));
    const epoch = core.wantFlush(true);
    for (let turns = 0; core.flushState(epoch, true) !== FLUSH.REACHED; turns++) {
      must(turns < TURNS && !core.isPoisoned, 'writing on comes to no end');
      journal.serveJournal(0, true, true);
    }
    return message;
  }
}
