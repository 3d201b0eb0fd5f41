// Depth first over all schedules with at most so many preemptions (Musuvathi and Qadeer, PLDI
// 2007): a switch away from a thread that could go on costs one, all others are free. For programs
// whose interleavings are too many; what it passes is right up to the bound, and no further.

import type { Program } from './machine-types.js';
import { Machine } from './machine.js';
import { Random } from './random.js';
import type { Scenario, Violation } from './scenario.js';
import { StateHash } from './state-hash.js';
import {
  Failure, KILL, KILL_INSIDE, STEP, Transitions, decode, encode, type World,
} from './transitions.js';
import { Visited } from './visited.js';

export interface BoundedOptions {
  readonly bound: number;
  /** Decides which thread is tried first, and so what a search finds that hits its limits. */
  readonly seed: number;
  readonly seconds: number;
  readonly states: number;
}

export interface BoundedResult {
  /** Ends that were reached. */
  readonly runs: number;
  readonly states: number;
  readonly steps: number;
  readonly seconds: number;
  /** Everything within the bound was searched. */
  readonly exhausted: boolean;
  readonly violation: Violation | null;
}

interface Pending {
  readonly id: number;
  readonly world: World;
  /** Thread of the last step. */
  readonly current: number;
  readonly preemptions: number;
}

export class BoundedSearch {
  private readonly machine: Machine;
  private readonly transitions: Transitions;
  private readonly hash: StateHash;
  /** By state, current thread and preemptions: the same again leads to nothing new. */
  private readonly visited = new Visited();
  private readonly stack: Pending[] = [];
  private readonly order: readonly number[];
  private runs = 0;
  private steps = 0;
  private violation: Violation | null = null;

  /** Runs the scenario's set-up. */
  constructor(scenario: Scenario, program: Program, private readonly options: BoundedOptions) {
    this.machine = new Machine(scenario, program);
    this.transitions = new Transitions(scenario, this.machine);
    this.hash = new StateHash(this.machine, this.transitions);
    const threads = this.machine.threads.map((_, thread) => thread);
    this.order = new Random(options.seed).shuffled(threads);
  }

  /** Sites that were executed at least once. */
  get covered(): Uint8Array {
    return this.machine.covered;
  }

  /** Searches until all is done, a violation is found or a limit is hit. May be called once. */
  run(): BoundedResult {
    const started = performance.now();
    const deadline = started + this.options.seconds * 1000;
    this.guarded(-1, -1, () => this.enter(-1, -1, -1, 0));
    while (this.violation === null && this.stack.length > 0) {
      if (performance.now() > deadline || this.visited.size > this.options.states) break;
      this.expand(this.stack.pop() as Pending);
    }
    return {
      runs: this.runs, states: this.visited.size, steps: this.steps,
      seconds: (performance.now() - started) / 1000,
      exhausted: this.violation === null && this.stack.length === 0, violation: this.violation,
    };
  }

  private expand(from: Pending): void {
    const { transitions } = this;
    transitions.restore(from.world);
    const actions: number[] = [];
    let atEnd = true;
    for (const thread of this.order) {
      const choices = transitions.choices(thread);
      actions.push(...choices.actions);
      if (choices.pending) atEnd = false;
    }
    if (atEnd) this.guarded(from.id, -1, () => this.finish(from.world));
    const goesOn = actions.includes(encode(STEP, from.current));
    for (const action of actions) {
      if (this.violation !== null) return;
      const { kind, thread } = decode(action);
      const isFree = !goesOn || (thread === from.current && (kind === STEP || kind === KILL));
      const preemptions = from.preemptions + (isFree ? 0 : 1);
      if (preemptions > this.options.bound) continue;
      const current = kind === STEP ? thread : from.current;
      transitions.restore(from.world);
      this.guarded(from.id, action, () => this.take(from.id, action, current, preemptions));
    }
  }

  private take(parent: number, action: number, current: number, preemptions: number): void {
    const { thread } = decode(action);
    this.transitions.onDeathInside = (point) =>
      this.enter(parent, encode(KILL_INSIDE, thread, point), current, preemptions);
    try {
      this.transitions.perform(action);
    } finally {
      this.transitions.onDeathInside = null;
    }
    this.enter(parent, action, current, preemptions);
  }

  private enter(parent: number, action: number, current: number, preemptions: number): void {
    this.steps++;
    this.hash.compute();
    this.hash.add((current + 1) * 64 + preemptions);
    const known = this.visited.size;
    const id = this.visited.add(this.hash.low, this.hash.high, parent, action);
    if (id !== known) return;
    this.stack.push({ id, world: this.transitions.world, current, preemptions });
    this.guarded(id, -1, () => this.transitions.checkInvariant());
  }

  private finish(world: World): void {
    this.runs++;
    const sleepers = this.transitions.sleepers();
    if (sleepers.length > 0) {
      const names = sleepers.map((thread) => `T${thread}`).join(', ');
      throw new Failure('asleep for ever', `${names} sleeps and nobody is left to wake it`);
    }
    this.transitions.restore(world);
    this.transitions.checkEnd();
  }

  /** What goes wrong is a violation behind `parent` and `action` (none: -1). */
  private guarded(parent: number, action: number, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const path = parent < 0 ? [] : this.visited.pathTo(parent);
      if (action >= 0) path.push(action);
      this.violation ??= { kind: error.kind, message: error.message, path };
    }
  }
}
