// The transitions of a scenario: which choices exist in a state and what each of them does.
// The search and the replay of a counterexample share this code, so that they cannot differ.

import type { Machine } from './machine.js';
import type { Snapshot } from './machine-types.js';
import { IMPOSSIBLE, Monitor, textOf } from './monitor.js';
import {
  ScenarioViolation, type Call, type Op, type Result, type Scenario, type ViolationKind,
  type WasmValue,
} from './scenario.js';
import {
  ASLEEP, DEAD, DONE, IDLE, LOST, READY, sealThread, type ThreadState,
} from './thread-state.js';

/** The thread executes its next atomic access. */
export const STEP = 0;
/** The thread dies inside that step, before its n-th store to shared memory. */
export const KILL_INSIDE = 1;
/** The thread dies where it is suspended. */
export const KILL = 2;
/** The proof of a death arrives. */
export const DETECT = 3;
/** The environment's supervisor recovers the slot of a dead thread. */
export const RECOVER = 4;
/** The next incarnation of a dead thread starts. */
export const RESPAWN = 5;
/** A wait ends by its time-out. */
export const TIME_OUT = 6;

/** One choice in one number: the kind, the thread and, for KILL_INSIDE, the kill point. */
export function encode(kind: number, thread: number, point = 0): number {
  return kind | (thread << 3) | (point << 9);
}

export function decode(action: number): { kind: number; thread: number; point: number } {
  return { kind: action & 7, thread: (action >> 3) & 63, point: action >> 9 };
}

/** A state of the whole scenario. */
export interface World {
  readonly snapshot: Snapshot;
  /** Set of configurations of the linearizability monitor. */
  readonly history: number;
  readonly deaths: number;
}

/** Something that must not happen has happened; `kind` says what. */
export class Failure extends Error {
  constructor(readonly kind: ViolationKind, message: string) {
    super(message);
  }
}

/** Ends the step of a thread that dies inside it. */
class DeathHere extends Error {}

export class Transitions {
  readonly monitor: Monitor | null;
  history = 0;
  deaths = 0;
  /** Called with the state in which the running thread has just died inside its step. */
  onDeathInside: ((point: number) => void) | null = null;
  private readonly immortal: ReadonlySet<number>;

  constructor(readonly scenario: Scenario, readonly machine: Machine) {
    this.monitor = scenario.model ? new Monitor(scenario.model) : null;
    this.immortal = new Set(scenario.immortal);
  }

  get world(): World {
    return { snapshot: this.machine.capture(), history: this.history, deaths: this.deaths };
  }

  restore(world: World): void {
    this.machine.restore(world.snapshot);
    this.history = world.history;
    this.deaths = world.deaths;
  }

  /** Whether the thread may still be killed in the current state. */
  mortal(thread: number): boolean {
    if (this.scenario.diesOnce && this.machine.incarnation(thread) > 0) return false;
    return this.deaths < this.scenario.maxDeaths && !this.immortal.has(thread);
  }

  /**
   * The choices for one thread. `pending` is true when the system is not at an end as long as they
   * exist; deaths and respawns may or may not happen.
   */
  choices(thread: number): { actions: number[]; pending: boolean } {
    const state = this.machine.state(thread);
    const actions: number[] = [];
    let pending = false;
    if (state.status === IDLE || state.status === READY) {
      actions.push(encode(STEP, thread));
      pending = true;
    } else if (state.status === ASLEEP && this.mayTimeOut(state)) {
      actions.push(encode(TIME_OUT, thread));
      pending = true;
    } else if (state.status === LOST) {
      actions.push(encode(DETECT, thread));
      pending = true;
    } else if (state.status === DEAD && this.respawnable(thread, state)) {
      actions.push(encode(RESPAWN, thread));
    }
    // A slot whose next incarnation already runs may still wait for the supervisor.
    if ((state.status === DEAD || state.incarnation > 0) && this.recoverable(thread, state)) {
      actions.push(encode(RECOVER, thread));
      pending = true;
    }
    const suspended = state.status === READY || state.status === ASLEEP;
    if (suspended && this.mortal(thread)) actions.push(encode(KILL, thread));
    return { actions, pending };
  }

  private mayTimeOut({ timeout, address }: ThreadState): boolean {
    const { timeouts } = this.scenario;
    if (timeout < 0 || timeouts === undefined) return false;
    return typeof timeouts === 'function' ? timeouts(address) : timeouts;
  }

  /** Performs one choice from the current state. Throws Failure when it shows a violation. */
  perform(action: number): void {
    this.judged(() => this.choose(action));
  }

  private choose(action: number): void {
    const { kind, thread, point } = decode(action);
    switch (kind) {
      case STEP: return this.step(thread);
      case KILL_INSIDE: return this.killInside(thread, point);
      case KILL: return this.kill(thread, 'deaths_at_access');
      case DETECT: return this.detect(thread);
      case RECOVER: return this.recover(thread);
      case RESPAWN: return this.respawn(thread);
      case TIME_OUT: return this.timeOut(thread);
      default: throw new TypeError(`no such choice: ${action}`);
    }
  }

  /** What the core traps on and what a scenario complains of are violations. */
  private judged<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw new Failure('trap', error.message);
      if (error instanceof ScenarioViolation) throw new Failure('assertion', error.message);
      throw error;
    }
  }

  /** Checks the state at an end of all programs; changes memory. */
  checkEnd(): void {
    const { finalState } = this.scenario;
    if (finalState === undefined) return;
    const found = this.judged(() => finalState.call(this.scenario, this.machine));
    if ('error' in found) throw new Failure('final state', found.error);
    if (this.monitor === null) return;
    const possible = this.monitor.possibleStates(this.history);
    if (possible.has(textOf(found.state))) return;
    const expected = [...possible].join(' or ');
    throw new Failure('final state', `found ${textOf(found.state)}, possible is ${expected}`);
  }

  checkInvariant(): void {
    const wrong = this.scenario.invariant?.(this.machine) ?? null;
    if (wrong !== null) throw new Failure('invariant', wrong);
  }

  /** Threads that sleep in an operation which has to come to an end. */
  sleepers(): number[] {
    const sleeping: number[] = [];
    this.machine.threads.forEach((state, thread) => {
      if (state.status !== ASLEEP) return;
      if (!this.operation(thread, state).mayBlock) sleeping.push(thread);
    });
    return sleeping;
  }

  // ---- the choices

  private step(thread: number): void {
    const { machine } = this;
    const state = machine.state(thread);
    const starting = state.status === IDLE ? this.startOperation(thread, state) : null;
    let point = 0;
    const emit = this.onDeathInside;
    machine.onKillPoint = emit !== null && this.mortal(thread)
      ? () => this.branchIntoDeath(thread, emit, point++)
      : null;
    try {
      if (machine.step(thread, starting)) this.finishOperation(thread);
    } finally {
      machine.onKillPoint = null;
    }
  }

  /** The running thread dies here in one branch of the search, and goes on in the other. */
  private branchIntoDeath(thread: number, emit: (point: number) => void, point: number): void {
    const here = this.world;
    this.kill(thread, 'deaths_inside_step');
    emit(point);
    this.restore(here);
  }

  /** The step ends at its n-th kill point, and the thread with it. */
  private killInside(thread: number, target: number): void {
    if (this.diesInside(thread, target)) return;
    throw new Error('the replay does not reach the kill point');
  }

  /**
   * Steps the thread, which dies before its n-th store to shared memory in this step. False: the
   * step had fewer, and the thread lives on behind it. Throws Failure as `perform` does.
   */
  tryDeathInside(thread: number, target: number): boolean {
    return this.judged(() => this.diesInside(thread, target));
  }

  private diesInside(thread: number, target: number): boolean {
    const { machine } = this;
    let point = 0;
    const state = machine.state(thread);
    const starting = state.status === IDLE ? this.startOperation(thread, state) : null;
    machine.onKillPoint = () => { if (point++ === target) throw new DeathHere(); };
    try {
      if (machine.step(thread, starting)) this.finishOperation(thread);
      return false;
    } catch (error) {
      if (!(error instanceof DeathHere)) throw error;
    } finally {
      machine.onKillPoint = null;
    }
    this.kill(thread, 'deaths_inside_step');
    return true;
  }

  private startOperation(thread: number, state: ThreadState): ThreadState {
    const { machine } = this;
    const op = this.operation(thread, state);
    machine.inNameOf(thread, () => op.before?.(machine, thread));
    const args: readonly WasmValue[] = typeof op.args === 'function'
      ? op.args(machine, thread)
      : op.args;
    const call: Call = {
      fn: op.fn, args, input: op.input ?? null, thread, incarnation: state.incarnation,
    };
    if (this.monitor !== null && op.modelled !== false) {
      this.history = this.monitor.invoke(this.history, this.process(thread, state), call);
    }
    return sealThread({ ...state, status: READY, call });
  }

  private finishOperation(thread: number): void {
    const { machine } = this;
    const state = machine.state(thread);
    const op = this.operation(thread, state);
    const result = op.result
      ? op.result(machine.returned, machine, thread)
      : defaultResult(machine.returned);
    const last = state.position + 1 === this.program(thread, state.incarnation).length;
    machine.finishOperation(thread, last ? DONE : IDLE);
    if (last) {
      machine.order(thread, machine.environment);
      this.scenario.protocol?.ended?.(machine, thread);
    }
    if (this.monitor === null || op.modelled === false) return;
    const history = this.monitor.respond(this.history, this.process(thread, state), result);
    if (history === IMPOSSIBLE) {
      throw new Failure('not linearizable',
        `T${thread} ${labelOf(op, state.call as Call)} returned ${JSON.stringify(result)}`);
    }
    this.history = history;
  }

  private kill(thread: number, how: 'deaths_at_access' | 'deaths_inside_step'): void {
    const { machine, scenario } = this;
    const { faults } = machine;
    faults[how]++;
    if (this.deaths > 0) faults.second_deaths++;
    if (machine.state(thread).status === ASLEEP) faults.deaths_asleep++;
    if (scenario.protocol?.recovers?.(machine, thread)) faults.deaths_of_recoverers++;
    machine.kill(thread);
    this.deaths++;
    if (!scenario.lateDetection) this.declareDead(thread);
  }

  private detect(thread: number): void {
    this.machine.faults.late_detections++;
    this.declareDead(thread);
  }

  private declareDead(thread: number): void {
    this.machine.setDead(thread);
    this.machine.order(thread, this.machine.environment);
    this.scenario.protocol?.declareDead(this.machine, thread);
  }

  private recover(thread: number): void {
    this.machine.faults.recoveries++;
    this.scenario.protocol?.recover?.(this.machine, thread);
  }

  private timeOut(thread: number): void {
    this.machine.faults.time_outs++;
    this.machine.timeOut(thread);
  }

  private respawn(thread: number): void {
    this.machine.faults.respawns++;
    const next = this.machine.state(thread).incarnation + 1;
    this.machine.respawn(thread, this.program(thread, next).length === 0);
  }

  private recoverable(thread: number, { status }: ThreadState): boolean {
    const { protocol, supervisor } = this.scenario;
    if (supervisor !== 'environment' || status === LOST) return false;
    return protocol?.needsRecovery?.(this.machine, thread) ?? false;
  }

  private respawnable(thread: number, state: ThreadState): boolean {
    const left = this.scenario.respawn?.[thread]?.length ?? 0;
    if (state.incarnation >= left) return false;
    return this.scenario.protocol?.canRespawn?.(this.machine, thread) ?? true;
  }

  // ---- programs

  program(thread: number, incarnation: number): readonly Op[] {
    if (incarnation === 0) return this.scenario.threads[thread];
    return this.scenario.respawn?.[thread]?.[incarnation - 1] ?? [];
  }

  operation(thread: number, state: ThreadState): Op {
    return this.program(thread, state.incarnation)[state.position];
  }

  /** Number of the sequential process that an incarnation is, for the monitor. */
  private process(thread: number, state: ThreadState): number {
    return thread + state.incarnation * this.scenario.threads.length;
  }
}

function defaultResult(returned: WasmValue | undefined): Result {
  if (returned === undefined) return null;
  return typeof returned === 'bigint' ? String(returned) : returned;
}

/** How an operation is called in traces and messages. */
export function labelOf(op: Op, call: Call): string {
  return op.label ?? `${call.fn}(${call.args.join(', ')})`;
}
