// Shows how far the run is: a bar that redraws itself on a terminal, a plain line per tenth
// elsewhere. It goes to stderr, so that stdout holds nothing but the result.

import { count } from './format.js';

/** What the bar needs of a stream. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;
const PLAIN_STEPS = 10;

/** Progress of one run. */
export class ProgressBar {
  private done = 0;
  private step = -1;
  private drawn = false;

  /**
   * @param rows rows of the whole run
   * @param kills deaths that the run will see
   */
  constructor(
    private readonly screen: Screen,
    private readonly rows: number,
    private readonly kills: number,
  ) {}

  /**
   * Draws the bar.
   *
   * @param rows rows that are in the map; undefined to keep what was shown last
   * @param killed workers killed so far
   * @param seconds time since the start
   */
  show(rows: number | undefined, killed: number, seconds: number): void {
    this.done = rows ?? this.done;
    const { done } = this;
    const share = this.rows === 0 ? 1 : done / this.rows;
    const rate = seconds === 0 ? 0 : done / seconds;
    const figures = `${count(done)} rows  ${count(rate)} rows/s  ${killed}/${this.kills} killed`;
    if (this.screen.isTTY === true) {
      const full = Math.round(share * WIDTH);
      const bar = '#'.repeat(full) + '-'.repeat(WIDTH - full);
      this.screen.write(`\r\x1b[K[${bar}] ${figures}`);
      this.drawn = true;
      return;
    }
    const step = Math.floor(share * PLAIN_STEPS);
    if (step === this.step) return;
    this.step = step;
    this.screen.write(`${Math.floor(share * 100)} %  ${figures}\n`);
  }

  /** Leaves the line of the bar. */
  end(): void {
    if (this.drawn) this.screen.write('\n');
  }
}
