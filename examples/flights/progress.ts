// Counters that all workers share beside the map: rows counted, kill marks taken, time spent.
// They steer the kills and feed the report; no result depends on them.

/** What a worker spends its time on. */
export type Phase = 'decode' | 'aggregate' | 'move';

const PHASES: readonly Phase[] = ['decode', 'aggregate', 'move'];
// The integers come first: rows counted, then marks taken.
const ROWS = 0;
const MARKS = 1;
const INTEGER_BYTES = 8;
const LANE_BYTES = PHASES.length * Float64Array.BYTES_PER_ELEMENT;

/** A view of the shared counters. A lane is one worker's place, inherited by its replacement. */
export class Progress {
  private readonly integers: Int32Array;
  private readonly times: Float64Array;

  /** @param memory a buffer made by `Progress.allocate` */
  constructor(readonly memory: SharedArrayBuffer) {
    this.integers = new Int32Array(memory, 0, INTEGER_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.times = new Float64Array(memory, INTEGER_BYTES);
  }

  /** Memory for so many lanes, all counters at zero. */
  static allocate(lanes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(INTEGER_BYTES + lanes * LANE_BYTES);
  }

  /** Rows that were added up so far, those that a dead worker's successor repeats included. */
  get rowsCounted(): number {
    return Atomics.load(this.integers, ROWS);
  }

  /** Counts rows and gives the new total. */
  countRows(rows: number): number {
    return Atomics.add(this.integers, ROWS, rows) + rows;
  }

  /** How many kill marks have found their victim; the next mark has this index. */
  get marksTaken(): number {
    return Atomics.load(this.integers, MARKS);
  }

  /** Takes the mark with this index. False when another worker was faster. */
  takeMark(index: number): boolean {
    return Atomics.compareExchange(this.integers, MARKS, index, index + 1) === index;
  }

  /** Adds time to a lane. Only the worker in that lane writes there, so a plain store will do. */
  spend(lane: number, phase: Phase, milliseconds: number): void {
    this.times[lane * PHASES.length + PHASES.indexOf(phase)] += milliseconds;
  }

  /** Seconds spent on a phase, summed over all lanes. */
  seconds(phase: Phase): number {
    const offset = PHASES.indexOf(phase);
    const spent = this.times.filter((_, at) => at % PHASES.length === offset);
    return spent.reduce((sum, milliseconds) => sum + milliseconds, 0) / 1000;
  }
}
