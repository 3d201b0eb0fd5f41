/**
 * How far the workers of a churn are, in shared memory: overwrites per lane, and who met FULL.
 */
const DONE = 0;
const FULL = 1;
const WORDS_PER_LANE = 16;

export class ChurnLedger {
  private readonly words: Int32Array;

  constructor(readonly memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory);
  }

  static of(lanes: number): ChurnLedger {
    return new ChurnLedger(new SharedArrayBuffer(4 * WORDS_PER_LANE * lanes));
  }

  /** Counts an overwrite that has returned; only the lane's worker does. */
  count(lane: number): void {
    this.words[lane * WORDS_PER_LANE + DONE]++;
  }

  countFull(lane: number): void {
    Atomics.add(this.words, lane * WORDS_PER_LANE + FULL, 1);
  }

  done(lane: number): number {
    return Atomics.load(this.words, lane * WORDS_PER_LANE + DONE);
  }

  /** Overwrites of all lanes. */
  get overwrites(): number {
    return this.sum(DONE);
  }

  get full(): number {
    return this.sum(FULL);
  }

  private sum(word: number): number {
    let sum = 0;
    for (let at = word; at < this.words.length; at += WORDS_PER_LANE) {
      sum += Atomics.load(this.words, at);
    }
    return sum;
  }
}
