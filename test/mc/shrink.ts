// A shorter way to the same kind of violation: delta debugging (Zeller and Hildebrandt, TSE 2002)
// over the segments of a choice list. A list that cannot be followed to the letter is followed as
// far as it goes, so every part may be left out or moved.

import { Listed } from './drivers.js';
import type { Runner } from './runner.js';
import type { Violation } from './scenario.js';
import { STEP, decode } from './transitions.js';

/** Most runs that are tried. */
const ATTEMPTS = 1500;
const SECONDS = 10;

/** Steps of one thread without a switch between them, or one other choice. */
type Segment = readonly number[];

function segmentsOf(path: readonly number[]): Segment[] {
  const segments: number[][] = [];
  for (const action of path) {
    const last = segments.at(-1);
    if (last !== undefined && last[0] === action && decode(action).kind === STEP) last.push(action);
    else segments.push([action]);
  }
  return segments;
}

/** Smaller is better: faults first, then switches, then steps. */
function cost(path: readonly number[]): number {
  const faults = path.filter((action) => decode(action).kind !== STEP).length;
  return (faults * 1000 + segmentsOf(path).length) * 100_000 + path.length;
}

class Shrinking {
  private attempts = 0;
  private readonly deadline = performance.now() + SECONDS * 1000;

  constructor(private readonly runner: Runner, public best: Violation) {}

  get isOver(): boolean {
    return this.attempts >= ATTEMPTS || performance.now() > this.deadline;
  }

  /** Whether these choices lead to the same kind of violation at a lower cost. */
  try(segments: readonly Segment[]): boolean {
    if (this.isOver) return false;
    this.attempts++;
    const { violation } = this.runner.run(new Listed(segments.flat()));
    if (violation?.kind !== this.best.kind) return false;
    if (cost(violation.path) >= cost(this.best.path)) return false;
    this.best = violation;
    return true;
  }

  /** Leaves out ever smaller parts. */
  leaveOut(): boolean {
    let better = false;
    let segments = segmentsOf(this.best.path);
    for (let size = Math.ceil(segments.length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < segments.length && !this.isOver;) {
        const without = [...segments.slice(0, from), ...segments.slice(from + size)];
        if (this.try(without)) {
          better = true;
          segments = segmentsOf(this.best.path);
        } else {
          from += size;
        }
      }
    }
    return better;
  }

  /** Lets a thread go on instead of coming back to it later. */
  goOn(): boolean {
    let better = false;
    for (let i = 0; !this.isOver; i++) {
      const segments = segmentsOf(this.best.path);
      if (i >= segments.length) break;
      const [action] = segments[i];
      const again = segments.findIndex((one, k) => k > i && one[0] === action);
      if (again < 0 || decode(action).kind !== STEP) continue;
      const early = [
        ...segments.slice(0, i + 1), segments[again], ...segments.slice(i + 1, again),
        ...segments.slice(again + 1),
      ];
      const late = [
        ...segments.slice(0, i), ...segments.slice(i + 1, again), segments[i],
        ...segments.slice(again),
      ];
      if (this.try(early) || this.try(late)) {
        better = true;
        i--;
      }
    }
    return better;
  }
}

/**
 * The violation with a shorter path, if there is one; the same one, if its path does not lead to
 * it on the runner. Bounded in runs and in time.
 */
export function shrink(runner: Runner, violation: Violation): Violation {
  const again = runner.run(new Listed(violation.path)).violation;
  if (again?.kind !== violation.kind) return violation;
  const shrinking = new Shrinking(runner, again);
  while (!shrinking.isOver) {
    const shorter = shrinking.leaveOut();
    if (!shrinking.goOn() && !shorter) break;
  }
  return shrinking.best;
}
