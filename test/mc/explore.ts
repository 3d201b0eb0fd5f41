// The search: depth first over all interleavings, deaths, detections, recoveries and respawns of a
// scenario, without a preemption bound. A state that was seen before is not entered again.

import { processorSeconds } from './clock.js';
import { StateGraph } from './graph.js';
import { Machine } from './machine.js';
import type { Program } from './machine-types.js';
import type { Scenario, SearchResult, Violation, ViolationKind } from './scenario.js';
import { StateHash } from './state-hash.js';
import { Failure, KILL_INSIDE, Transitions, decode, encode, type World } from './transitions.js';
import { Visited } from './visited.js';

const DEFAULT_STATES = 6_000_000;
const DEFAULT_SECONDS = 120;
/** The clock is read once in so many states. */
const CLOCK_PERIOD = 256;

interface Pending {
  readonly id: number;
  readonly world: World;
}

/** One search of one scenario; `run` may be called once. */
export class Search {
  readonly machine: Machine;
  private readonly transitions: Transitions;
  private readonly visited = new Visited();
  private readonly graph = new StateGraph();
  private readonly stack: Pending[] = [];
  private readonly hash: StateHash;
  private transitionCount = 0;
  /** The state that is being expanded, -1 before the first. */
  private parent = -1;
  private violation: Violation | null = null;

  /** Runs the scenario's setup. */
  constructor(private readonly scenario: Scenario, program: Program) {
    this.machine = new Machine(scenario, program);
    this.transitions = new Transitions(scenario, this.machine);
    this.hash = new StateHash(this.machine, this.transitions);
  }

  /**
   * Searches until everything is explored, a violation is found or a limit is hit. Deterministic
   * but for the time limit. O(transitions), each about the cost of unwinding and rewinding a stack.
   */
  run(): SearchResult {
    const { limits } = this.scenario;
    const started = processorSeconds();
    const deadline = started + (limits?.seconds ?? DEFAULT_SECONDS);
    const maxStates = limits?.states ?? DEFAULT_STATES;
    let exhausted = true;
    this.add(-1);
    for (let popped = 0; this.violation === null; popped++) {
      const next = this.stack.pop();
      if (next === undefined) break;
      const late = popped % CLOCK_PERIOD === 0 && processorSeconds() > deadline;
      if (late || this.visited.size > maxStates) {
        exhausted = false;
        break;
      }
      this.expand(next);
    }
    const complete = exhausted && this.violation === null;
    if (complete) this.checkProgress();
    return {
      states: this.visited.size,
      transitions: this.transitionCount,
      schedules: this.graph.countSchedules(this.visited.size),
      complete,
      seconds: processorSeconds() - started,
      violation: this.violation,
    };
  }

  private expand({ id, world }: Pending): void {
    const { transitions, machine } = this;
    this.parent = id;
    transitions.restore(world);
    const actions: number[] = [];
    let atEnd = true;
    for (let thread = 0; thread < machine.threads.length; thread++) {
      const choices = transitions.choices(thread);
      actions.push(...choices.actions);
      if (choices.pending) atEnd = false;
    }
    if (atEnd) this.finish(id, world);
    for (const action of actions) {
      if (this.violation !== null) return;
      transitions.restore(world);
      this.take(action);
    }
  }

  private take(action: number): void {
    const { thread } = decode(action);
    this.transitions.onDeathInside = (point) => this.add(encode(KILL_INSIDE, thread, point));
    try {
      this.transitions.perform(action);
      this.add(action);
    } catch (error) {
      this.fail(error, [...this.visited.pathTo(this.parent), action]);
    } finally {
      this.transitions.onDeathInside = null;
    }
  }

  /** Enters the current state, unless it is known, as the target of `action`. */
  private add(action: number): void {
    this.transitionCount++;
    this.hash.compute();
    const known = this.visited.size;
    const id = this.visited.add(this.hash.low, this.hash.high, this.parent, action);
    if (this.parent >= 0) this.graph.addEdge(this.parent, id);
    if (id !== known) return;
    this.stack.push({ id, world: this.transitions.world });
    try {
      this.transitions.checkInvariant();
    } catch (error) {
      this.fail(error, this.visited.pathTo(id));
    }
  }

  /** A state without anything that must still happen. */
  private finish(id: number, world: World): void {
    const path = this.visited.pathTo(id);
    const sleepers = this.transitions.sleepers();
    if (sleepers.length > 0) {
      const names = sleepers.map((thread) => `T${thread}`).join(', ');
      this.report('asleep for ever', `${names} sleeps and nobody is left to wake it`, path);
      return;
    }
    this.graph.addEnd(id);
    try {
      this.transitions.restore(world);
      this.transitions.checkEnd();
    } catch (error) {
      this.fail(error, path);
    }
  }

  /** Every state must be able to reach an end; the ones that cannot are a livelock. */
  private checkProgress(): void {
    const stuck = this.graph.stuckStates(this.visited.size);
    const first = stuck[0];
    if (first === undefined) return;
    const message = `${stuck.length} states cannot reach an end; the path leads to one of them`;
    this.report('livelock', message, this.visited.pathTo(first));
  }

  private fail(error: unknown, path: number[]): void {
    if (!(error instanceof Failure)) throw error;
    this.report(error.kind, error.message, path);
  }

  private report(kind: ViolationKind, message: string, path: number[]): void {
    this.violation ??= { kind, message, path };
  }
}
