// One schedule after the other, each from the initial state to an end. A driver makes the choices;
// nothing is saved or hashed, and a thread that goes on is not suspended, so runs are fast and may
// be far longer than what the stateful search can cover.

import { PLAIN_LOAD } from './access.js';
import { Machine } from './machine.js';
import type { Program } from './machine-types.js';
import type { RaceDetector } from './races.js';
import type { Scenario, Violation, ViolationKind } from './scenario.js';
import {
  Failure, KILL_INSIDE, STEP, Transitions, decode, encode, type World,
} from './transitions.js';

/** What a driver chooses from, at a moment at which no thread is inside a step. */
export interface Moment {
  /** Everything that may happen now; deaths inside a step are not listed. */
  readonly actions: readonly number[];
  /** False: this is an end, and the driver may let it be one by choosing END. */
  readonly pending: boolean;
  /** Thread of the last step, -1 before the first. */
  readonly current: number;
  /** Who has gone on for so long that somebody else should; the environment's number, or -1. */
  readonly tired: number;
}
export const END = -1;

export interface Driver {
  /** One of the actions, END, or a death inside a step of a thread that may step and die. */
  choose(moment: Moment): number;
  /** Whether the running thread makes its next step at once, too. */
  staysWith(thread: number): boolean;
}

export interface RunResult {
  /** What was chosen, in order; deaths that their step did not reach have become steps. */
  readonly path: readonly number[];
  readonly violation: Violation | null;
}

/** After so many steps in a row a thread is taken to wait for somebody in a loop. */
const LONGEST_STREAK = 1500;
/** After so many choices in a row the environment is. */
const LONGEST_ENVIRONMENT_STREAK = 8;
/** After so many steps a run that has not come to an end never will. */
const LONGEST_RUN = 60_000;

export class Runner {
  readonly machine: Machine;
  readonly transitions: Transitions;
  private readonly initial: World;
  private path: number[] = [];
  private current = -1;
  private streak = 0;
  /** Who made the last choice: a thread, or the environment. */
  private actor = -1;

  /** Runs the scenario's set-up. With a detector the program must report its plain loads. */
  constructor(
    readonly scenario: Scenario, program: Program, private readonly races: RaceDetector | null,
  ) {
    this.machine = new Machine(scenario, program);
    this.transitions = new Transitions(scenario, this.machine);
    this.initial = this.transitions.world;
  }

  /** Sites that were executed at least once, numbered as in a program without loads. */
  get covered(): Uint8Array {
    const { covered, program } = this.machine;
    return covered.filter((_, site) => program.sites[site].kind !== PLAIN_LOAD);
  }

  /** Lets one schedule happen. O(its steps). */
  run(driver: Driver): RunResult {
    const { machine, transitions, races } = this;
    machine.watch(null);
    transitions.restore(this.initial);
    races?.begin(machine.i32);
    if (races !== null) machine.watch(races);
    this.path = [];
    this.current = -1;
    this.actor = -1;
    this.streak = 0;
    try {
      transitions.checkInvariant();
      while (this.next(driver)) { /* until an end, or until something is wrong */ }
      return { path: this.path, violation: null };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return this.failed(error.kind, error.message);
    } finally {
      machine.watch(null);
    }
  }

  private failed(kind: ViolationKind, message: string): RunResult {
    return { path: this.path, violation: { kind, message, path: this.path } };
  }

  /** One choice and what follows from it; false at an end. */
  private next(driver: Driver): boolean {
    const moment = this.moment();
    const action = moment.actions.length === 0 ? END : driver.choose(moment);
    if (action === END) {
      this.finish();
      return false;
    }
    const { kind, thread, point } = decode(action);
    this.path.push(action);
    if (kind === STEP) this.step(driver, thread, action);
    else if (kind === KILL_INSIDE) this.dieInside(thread, point);
    else this.perform(action);
    this.transitions.checkInvariant();
    return true;
  }

  private moment(): Moment {
    const actions: number[] = [];
    let pending = false;
    for (let thread = 0; thread < this.machine.threads.length; thread++) {
      const choices = this.transitions.choices(thread);
      actions.push(...choices.actions);
      if (choices.pending) pending = true;
    }
    const { current, actor, streak } = this;
    const limit = actor === this.machine.environment
      ? LONGEST_ENVIRONMENT_STREAK
      : LONGEST_STREAK;
    return { actions, pending, current, tired: streak >= limit ? actor : -1 };
  }

  private step(driver: Driver, thread: number, action: number): void {
    const { machine, transitions } = this;
    this.ran(thread);
    const { wakeUps } = machine;
    machine.goesOn = (who) => {
      // Who was woken may be the one that the driver prefers.
      if (this.streak >= LONGEST_STREAK || machine.wakeUps !== wakeUps) return false;
      if (!driver.staysWith(who)) return false;
      transitions.checkInvariant();
      this.path.push(action);
      this.ran(who);
      return true;
    };
    try {
      transitions.perform(action);
    } finally {
      machine.goesOn = null;
    }
  }

  private dieInside(thread: number, point: number): void {
    this.ran(thread);
    const { transitions } = this;
    if (!transitions.mortal(thread)) {
      this.path[this.path.length - 1] = encode(STEP, thread);
      transitions.perform(encode(STEP, thread));
    } else if (!transitions.tryDeathInside(thread, point)) {
      this.path[this.path.length - 1] = encode(STEP, thread);
    }
  }

  /** What is no step: a death, or something that the environment does. */
  private perform(action: number): void {
    this.acted(this.machine.environment);
    this.transitions.perform(action);
  }

  private ran(thread: number): void {
    this.acted(thread);
    this.current = thread;
  }

  private acted(actor: number): void {
    this.streak = actor === this.actor ? this.streak + 1 : 0;
    this.actor = actor;
    if (this.path.length < LONGEST_RUN) return;
    throw new Failure('livelock', `no end after ${LONGEST_RUN} steps`);
  }

  private finish(): void {
    const sleepers = this.transitions.sleepers();
    if (sleepers.length > 0) {
      const names = sleepers.map((thread) => `T${thread}`).join(', ');
      throw new Failure('asleep for ever', `${names} sleeps and nobody is left to wake it`);
    }
    this.machine.watch(null);
    this.transitions.checkEnd();
  }
}
