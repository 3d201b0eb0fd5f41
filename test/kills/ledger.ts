/**
 * What the lanes note in shared memory, outside of the store: which step they have begun and which
 * one has returned. A step between the two was in flight when its worker died.
 */

const BEGUN = 0;
const DONE = 1;
const ORDER = 2;
const OBEYED = 3;
const WORDS_PER_LANE = 16;

// Words of the whole campaign, before the lanes.
const STOP = 0;
const BLOCKED = 1;
const KILLS = 2;
const IS_LONG = 3;
/** Nanoseconds at which the ledger was made: two words. */
const ORIGIN = 4;
/** For each group of hot keys, when one of them was written first since the warden asked. */
const HOT = 8;
const HEADER = 16;

/** The warden has not asked; it has, and nobody has written since. */
const UNASKED = -1;
const ASKED = 0;

/** What a lane is told to do before its next step. */
export const ORDERS = [
  'go on', 'hang', 'compute', 'make garbage', 'pause', 'stand 0', 'stand 1', 'stand 2',
] as const;
export type Order = typeof ORDERS[number];

/** A block of this length is a long one. */
export const LONG_MS = 1000;

export class Ledger {
  readonly memory: SharedArrayBuffer;
  private readonly words: Int32Array;
  readonly lanes: number;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.words = new Int32Array(memory);
    this.lanes = (this.words.length - HEADER) / WORDS_PER_LANE;
  }

  static of(lanes: number): Ledger {
    const memory = new SharedArrayBuffer(4 * (HEADER + lanes * WORDS_PER_LANE));
    new BigInt64Array(memory)[ORIGIN / 2] = process.hrtime.bigint();
    return new Ledger(memory).fill();
  }

  begin(lane: number, step: number): void {
    this.store(lane, BEGUN, step);
  }

  done(lane: number, step: number): void {
    this.store(lane, DONE, step);
  }

  /** The last step that was begun, and the last one that has returned. */
  progress(lane: number): { readonly begun: number; readonly done: number } {
    return { done: this.load(lane, DONE), begun: this.load(lane, BEGUN) };
  }

  private fill(): this {
    this.words.fill(UNASKED, HOT, HEADER);
    return this;
  }

  /** Microseconds since the ledger was made, the same in all threads. */
  now(): number {
    const origin = new BigInt64Array(this.memory)[ORIGIN / 2];
    return 1 + Number((process.hrtime.bigint() - origin) / 1000n);
  }

  /** From here on the first write of this group counts. */
  askFor(group: number): void {
    Atomics.store(this.words, HOT + group, ASKED);
  }

  /** When the group was written first, undefined if it was not yet. */
  answered(group: number): number | undefined {
    const time = Atomics.load(this.words, HOT + group);
    return time > ASKED ? time : undefined;
  }

  /** A write of the group has returned. */
  wroteHot(group: number): void {
    if (Atomics.load(this.words, HOT + group) !== ASKED) return;
    Atomics.compareExchange(this.words, HOT + group, ASKED, this.now());
  }

  give(lane: number, order: Order): void {
    this.store(lane, ORDER, ORDERS.indexOf(order));
  }

  /** Takes what the lane is told to do. */
  takeOrder(lane: number): Order {
    if (this.load(lane, ORDER) === 0) return 'go on';
    return ORDERS[Atomics.exchange(this.words, this.at(lane, ORDER), 0)];
  }

  obeyed(lane: number): void {
    Atomics.add(this.words, this.at(lane, OBEYED), 1);
  }

  /** How many orders the lane has carried out. */
  orders(lane: number): number {
    return this.load(lane, OBEYED);
  }

  /** Steps or messages of some lanes that have returned. */
  stepsOf(from: number, to: number): number {
    let sum = 0;
    for (let lane = from; lane < to; lane++) sum += this.load(lane, DONE);
    return sum;
  }

  get isStopped(): boolean {
    return Atomics.load(this.words, STOP) === 1;
  }

  stop(): void {
    Atomics.store(this.words, STOP, 1);
  }

  /** Blocks the calling thread for so long, whatever others do. */
  block(milliseconds: number): void {
    Atomics.store(this.words, IS_LONG, milliseconds >= LONG_MS ? 1 : 0);
    Atomics.store(this.words, BLOCKED, 1);
    Atomics.wait(this.words, BLOCKED, 1, milliseconds);
    Atomics.store(this.words, BLOCKED, 0);
  }

  /** Whether the thread that opened the store is blocked for seconds. */
  get isBlockedLong(): boolean {
    return Atomics.load(this.words, BLOCKED) === 1 && Atomics.load(this.words, IS_LONG) === 1;
  }

  countKill(): void {
    Atomics.add(this.words, KILLS, 1);
  }

  get kills(): number {
    return Atomics.load(this.words, KILLS);
  }

  private at(lane: number, word: number): number {
    return HEADER + lane * WORDS_PER_LANE + word;
  }

  private load(lane: number, word: number): number {
    return Atomics.load(this.words, this.at(lane, word));
  }

  private store(lane: number, word: number, value: number): void {
    Atomics.store(this.words, this.at(lane, word), value);
  }
}
