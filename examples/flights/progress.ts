// Counters that all workers share beside the map: rows passed on, kill marks taken, time spent.
// They steer the kills and feed the report; no result depends on them.

/** What a worker is there for: to publish rows, or to add them up in the map. */
export type Role = 'source' | 'consumer';
/** What a worker spends its time on. */
export type Phase = 'decode' | 'aggregate' | 'move';

const ROLES: readonly Role[] = ['source', 'consumer'];
const PHASES: readonly Phase[] = ['decode', 'aggregate', 'move'];
// The integers come first: for each role rows passed on, then marks taken.
const PER_ROLE = 2;
const INTEGER_BYTES = ROLES.length * PER_ROLE * Int32Array.BYTES_PER_ELEMENT;
const LANE_BYTES = PHASES.length * Float64Array.BYTES_PER_ELEMENT;

/** The counters of one role. */
export class Meter {
  constructor(
    private readonly integers: Int32Array,
    private readonly at: number,
  ) {}

  /** Rows that workers of this role have passed on, those that a successor repeats included. */
  get rows(): number {
    return Atomics.load(this.integers, this.at);
  }

  /** Counts rows and gives the new total. */
  countRows(rows: number): number {
    return Atomics.add(this.integers, this.at, rows) + rows;
  }

  /** How many kill marks have found their victim; the next mark has this index. */
  get marksTaken(): number {
    return Atomics.load(this.integers, this.at + 1);
  }

  /** Takes the mark with this index. False when another worker was faster. */
  takeMark(index: number): boolean {
    return Atomics.compareExchange(this.integers, this.at + 1, index, index + 1) === index;
  }
}

/** A view of the shared counters. Each role has its lanes; a replacement inherits its lane. */
export class Progress {
  private readonly integers: Int32Array;
  private readonly times: Float64Array;

  /** @param memory a buffer made by `Progress.allocate` */
  constructor(readonly memory: SharedArrayBuffer) {
    this.integers = new Int32Array(memory, 0, INTEGER_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.times = new Float64Array(memory, INTEGER_BYTES);
  }

  /** Memory for so many lanes of each role, all counters at zero. */
  static allocate(lanes: number): SharedArrayBuffer {
    return new SharedArrayBuffer(INTEGER_BYTES + ROLES.length * lanes * LANE_BYTES);
  }

  /** The counters of a role. */
  meter(role: Role): Meter {
    return new Meter(this.integers, ROLES.indexOf(role) * PER_ROLE);
  }

  /** Adds time to a lane. Only the worker in that lane writes there, so a plain store will do. */
  spend(role: Role, lane: number, phase: Phase, milliseconds: number): void {
    const place = lane * ROLES.length + ROLES.indexOf(role);
    this.times[place * PHASES.length + PHASES.indexOf(phase)] += milliseconds;
  }

  /** The clock of a lane. */
  clock(role: Role, lane: number): Clock {
    return new Clock((phase, milliseconds) => this.spend(role, lane, phase, milliseconds));
  }

  /** Seconds spent on a phase, summed over all lanes. */
  seconds(phase: Phase): number {
    const offset = PHASES.indexOf(phase);
    const spent = this.times.filter((_, at) => at % PHASES.length === offset);
    return spent.reduce((sum, milliseconds) => sum + milliseconds, 0) / 1000;
  }
}

/** Takes the times of one lane. */
export class Clock {
  constructor(private readonly spend: (phase: Phase, milliseconds: number) => void) {}

  /** Runs a function and counts its time. */
  run<T>(phase: Phase, fn: () => T): T {
    const before = performance.now();
    try {
      return fn();
    } finally {
      this.spend(phase, performance.now() - before);
    }
  }

  /** Counts the time until a promise is settled. */
  async wait<T>(phase: Phase, promise: Promise<T>): Promise<T> {
    const before = performance.now();
    try {
      return await promise;
    } finally {
      this.spend(phase, performance.now() - before);
    }
  }
}
