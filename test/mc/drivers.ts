// Who makes the choices of a run: a random walk, PCT (Burckhardt et al., ASPLOS 2010), or a list.

import { Random } from './random.js';
import { END, type Driver, type Moment } from './runner.js';
import {
  DETECT, KILL, KILL_INSIDE, RECOVER, RESPAWN, STEP, TIME_OUT, decode, encode,
} from './transitions.js';

/** What the drivers that draw their choices need to know of a scenario. */
export interface Extent {
  readonly threads: number;
  readonly maxDeaths: number;
  /** About as many steps as a run has. */
  readonly steps: number;
}

const SWITCH_RATES: readonly number[] = [0.5, 0.2, 0.1, 0.04];
/** Stores of a step before which a death is tried. */
const KILL_POINTS = 8;

/** Deaths of a run, at steps that are drawn before it begins. */
class Deaths {
  private readonly due: number[];
  private steps = 0;

  constructor(private readonly random: Random, { maxDeaths, steps }: Extent) {
    const count = random.below(maxDeaths + 1);
    this.due = Array.from({ length: count }, () => random.below(steps)).sort((a, b) => b - a);
  }

  /** To be called for every step. True: somebody should die now. */
  isDue(): boolean {
    return this.steps++ >= (this.due.at(-1) ?? Infinity);
  }

  /** The death that is due, if the running thread (sometimes: any thread) can die; else END. */
  choose({ actions, current }: Moment): number {
    if (this.steps < (this.due.at(-1) ?? Infinity)) return END;
    const kills = actions.filter((action) => decode(action).kind === KILL);
    const own = encode(KILL, current);
    const kill = kills.includes(own) && this.random.next() < 0.8 ? own : this.random.pick(kills);
    if (kill === undefined) return END;
    this.due.pop();
    const { thread } = decode(kill);
    const inside = actions.includes(encode(STEP, thread)) && this.random.next() < 0.5;
    return inside ? encode(KILL_INSIDE, thread, this.random.below(KILL_POINTS)) : kill;
  }
}

/** Everything but deaths. At an end nothing has to happen any more, so END is among it. */
function goingOn({ actions, pending }: Moment): number[] {
  const going = actions.filter((action) => decode(action).kind !== KILL);
  return pending ? going : [...going, END];
}

/** Goes on with the same thread or switches, at a rate that is drawn for each run. */
export class RandomWalk implements Driver {
  private readonly deaths: Deaths;
  private readonly rate: number;

  constructor(private readonly random: Random, extent: Extent) {
    this.deaths = new Deaths(random, extent);
    this.rate = random.pick(SWITCH_RATES);
  }

  staysWith(): boolean {
    return !this.deaths.isDue() && this.random.next() >= this.rate;
  }

  choose(moment: Moment): number {
    const death = this.deaths.choose(moment);
    return death === END ? this.random.pick(goingOn(moment)) : death;
  }
}

/**
 * Priorities: the highest that can run does, and at `depth` - 1 steps that were drawn before the
 * run the one that runs falls below all others. A bug that needs `depth` ordered steps of n threads
 * with k steps is found with a probability of at least 1 / (n * k^(depth - 1)).
 */
export class Pct implements Driver {
  private readonly deaths: Deaths;
  /** By thread; the last is the environment's. Higher goes first. */
  private readonly priorities: number[];
  private readonly changes: number[];
  private steps = 0;
  private lowest = 0;

  constructor(private readonly random: Random, extent: Extent, depth: number) {
    this.deaths = new Deaths(random, extent);
    const numbers = Array.from({ length: extent.threads + 1 }, (_, i) => i + 1);
    this.priorities = random.shuffled(numbers);
    this.changes = Array.from({ length: depth - 1 }, () => random.below(extent.steps))
      .sort((a, b) => b - a);
  }

  staysWith(thread: number): boolean {
    const dies = this.deaths.isDue();
    if (this.steps++ >= (this.changes.at(-1) ?? Infinity)) {
      this.changes.pop();
      this.fall(thread);
    } else if (!dies) {
      return true;
    }
    return false;
  }

  choose(moment: Moment): number {
    const death = this.deaths.choose(moment);
    if (death !== END) return death;
    if (moment.tired >= 0) this.fall(moment.tired);
    const actions = goingOn(moment);
    let best = actions[0];
    for (const action of actions) if (this.rank(action) > this.rank(best)) best = action;
    // Neither a new life nor an end is urgent: each is as good as the other.
    return moment.pending ? best : this.random.pick(actions);
  }

  private fall(thread: number): void {
    this.priorities[thread] = --this.lowest;
  }

  private rank(action: number): number {
    const { kind, thread } = decode(action);
    if (kind === STEP) return this.priorities[thread];
    // A time-out comes when nothing else can happen.
    if (kind === TIME_OUT) return -Infinity;
    return this.priorities[this.priorities.length - 1];
  }
}

const ENVIRONMENTS: ReadonlySet<number> = new Set([DETECT, RECOVER, TIME_OUT]);

/**
 * Follows a list as far as it goes: choices that cannot be made are left out, and behind the list
 * every thread runs until it cannot go on.
 */
export class Listed implements Driver {
  /** Choices that could not be made. */
  skipped = 0;
  private at = 0;

  constructor(private readonly list: readonly number[]) {}

  staysWith(thread: number): boolean {
    if (this.at >= this.list.length) return true;
    if (this.list[this.at] !== encode(STEP, thread)) return false;
    this.at++;
    return true;
  }

  choose(moment: Moment): number {
    while (this.at < this.list.length) {
      const action = this.list[this.at++];
      if (isPossible(action, moment.actions)) return action;
      this.skipped++;
    }
    if (!moment.pending) return END;
    const own = encode(STEP, moment.current);
    if (moment.actions.includes(own) && moment.tired !== moment.current) return own;
    const steps = moment.actions.filter((action) => decode(action).kind === STEP);
    const others = steps.filter((action) => action !== own);
    return others[0] ?? steps[0] ??
      moment.actions.find((action) => ENVIRONMENTS.has(decode(action).kind)) ?? END;
  }
}

function isPossible(action: number, actions: readonly number[]): boolean {
  const { kind, thread } = decode(action);
  if (kind !== KILL_INSIDE) return actions.includes(action);
  return actions.includes(encode(STEP, thread));
}

/** Names of what may have happened beside steps, for counts. */
export const FAULTS: Readonly<Record<number, string>> = {
  [KILL]: 'deaths between steps', [KILL_INSIDE]: 'deaths inside steps', [DETECT]: 'late proofs',
  [RECOVER]: 'recoveries', [RESPAWN]: 'new lives', [TIME_OUT]: 'time-outs',
};
