/**
 * What the lanes note in shared memory, outside of the store: which step they have begun and which
 * one has returned. A step between the two was in flight when its worker died.
 */

const BEGUN = 0;
const DONE = 1;
const SLOWEST = 2;
const WORDS_PER_LANE = 16;

// Words of the whole campaign, before the lanes.
const STOP = 0;
const BLOCKED = 1;
const KILLS = 2;
const HEADER = 16;

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
    return new Ledger(new SharedArrayBuffer(4 * (HEADER + lanes * WORDS_PER_LANE)));
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

  /** Steps of all lanes that have returned. */
  get steps(): number {
    let sum = 0;
    for (let lane = 0; lane < this.lanes; lane++) sum += this.load(lane, DONE);
    return sum;
  }

  /** Notes how long a step took, in microseconds. */
  took(lane: number, microseconds: number): void {
    if (microseconds > this.load(lane, SLOWEST)) this.store(lane, SLOWEST, microseconds);
  }

  /** The slowest step of a lane since this was last asked. */
  takeSlowest(lane: number): number {
    return Atomics.exchange(this.words, this.at(lane, SLOWEST), 0);
  }

  get isStopped(): boolean {
    return Atomics.load(this.words, STOP) === 1;
  }

  stop(): void {
    Atomics.store(this.words, STOP, 1);
  }

  /** Blocks the calling thread for so long, whatever others do. */
  block(milliseconds: number): void {
    Atomics.store(this.words, BLOCKED, 1);
    Atomics.wait(this.words, BLOCKED, 1, milliseconds);
    Atomics.store(this.words, BLOCKED, 0);
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
