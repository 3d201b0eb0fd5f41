/**
 * The worker in which the page's store is at home: it opens and closes it, and looks after it.
 */
import { expose } from 'comlink';
import { attach, open } from 'millrace';
import type { CheckReport, Member, Store, StoreHandle } from 'millrace';
import { codeOf, codeOfPromise } from './code-of.js';

/** The supervisors of this worker's stores, oldest first. */
const supervisors: Worker[] = [];
globalThis.Worker = class extends Worker {
  constructor(script: string | URL, options?: WorkerOptions) {
    super(script, options);
    if (String(script).includes('supervisor')) supervisors.push(this);
  }
};

let store: Store<unknown, unknown>;
let ended = 0;

const SIZES = { maxMemory: 64 * 2 ** 20, slots: 16 };

const home = {
  async open(location: string): Promise<StoreHandle> {
    store = await open<unknown, unknown>(location, SIZES);
    store.members.on('leave', () => { ended += 1; });
    return store.handle;
  },

  codeOfOpen: (location: string): Promise<string> => codeOfPromise(open(location, SIZES)),

  /** How many members have left or died. */
  ended: (): number => ended,

  members: (): Member[] => store.members.list(),

  /** Ends the oldest of the supervisors, and the workers below it. */
  terminateSupervisor: (): void => supervisors.shift()?.terminate(),

  /** What becomes of a second attach in this thread. */
  attachAgain: (): string => codeOf(() => attach(store.handle)),

  get: (key: unknown): unknown => store.get(key),

  /** How many transactions of a lane are there, going by the newest of its entries. */
  writtenBy(lane: number): number {
    const numbers = [...store.values({ prefix: ['lane', lane] })].map((value) =>
      Number.parseInt(value as string, 10));
    return 1 + numbers.reduce((a, b) => Math.max(a, b), -1);
  },

  createStream(partitions: number): void {
    store.createStream('flow', { partitions, capacity: 2 ** 16 });
  },

  /** How many messages were counted, for each partition and producer. */
  seen: (): unknown[] => [...store.values({ prefix: ['seen'] })],

  flushed: (durability: 'flushed' | 'synced'): Promise<void> => store.flushed({ durability }),

  check: (): CheckReport => store.check(),

  close: (): Promise<void> => store.close(),
};

export type Home = typeof home;

expose(home);
