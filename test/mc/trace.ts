// Replays a counterexample and prints every access of every thread on the way to the violation.

import { ACCESS_NAMES } from './access.js';
import { Machine } from './machine.js';
import type { AccessEvent, Program } from './machine-types.js';
import type { Scenario, ViolationKind } from './scenario.js';
import { shortName } from './sites.js';
import { ASLEEP, DEAD, DONE, IDLE, LOST, READY } from './thread-state.js';
import {
  DETECT, Failure, KILL, KILL_INSIDE, RECOVER, RESPAWN, STEP, TIME_OUT, Transitions, decode,
  labelOf,
} from './transitions.js';

const STATUS_NAMES: Readonly<Record<number, string>> = {
  [IDLE]: 'between operations', [READY]: 'running', [ASLEEP]: 'asleep', [DONE]: 'finished',
  [LOST]: 'dead, undetected', [DEAD]: 'dead',
};
const STACK_FRAMES = 60;
const SHOWN_FRAMES = 5;

/** Where a list of choices leads: to a violation, or (null) to none. */
export interface TraceEnd {
  readonly kind: ViolationKind | null;
  readonly message: string;
  readonly path: readonly number[];
}

class Replay {
  readonly lines: string[] = [];
  private readonly machine: Machine;
  private readonly transitions: Transitions;

  constructor(
    private readonly scenario: Scenario, program: Program,
    private readonly where: readonly string[],
  ) {
    this.machine = new Machine(scenario, program);
    this.transitions = new Transitions(scenario, this.machine);
    this.machine.observer = (event) => this.lines.push(this.describe(event));
  }

  run(end: TraceEnd): void {
    for (const action of end.path) {
      const before = this.lines.length;
      try {
        this.announce(action);
        this.transitions.perform(action);
        this.conclude(action, before);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    }
    this.machine.threads.forEach((state, thread) => {
      this.lines.push(`T${thread} is ${STATUS_NAMES[state.status]}`);
    });
    this.lines.push(end.kind === null ? end.message : `VIOLATION ${end.kind}: ${end.message}`);
  }

  /** What is printed before the choice is performed. */
  private announce(action: number): void {
    const { kind, thread } = decode(action);
    const state = this.machine.state(thread);
    if ((kind === STEP || kind === KILL_INSIDE) && state.status === IDLE) {
      const op = this.transitions.operation(thread, state);
      const call = { fn: op.fn, args: [], input: null, thread, incarnation: state.incarnation };
      const name = typeof op.args === 'function'
        ? labelOf(op, call)
        : labelOf(op, { ...call, args: op.args });
      this.lines.push(`T${thread} starts ${name}`);
    }
    if (kind === KILL) {
      const at = this.where[state.site] ?? '';
      this.lines.push(`T${thread} KILLED before ${ACCESS_NAMES[state.kind]} ${at}`);
    }
    if (kind === DETECT) this.lines.push(`T${thread} DETECT: the proof of its death arrives`);
    if (kind === RECOVER) this.lines.push(`T${thread} RECOVER by the environment`);
    if (kind === RESPAWN) {
      this.lines.push(`T${thread} RESPAWN as incarnation ${state.incarnation + 1}`);
    }
    if (kind === TIME_OUT) this.lines.push(`T${thread} times out`);
  }

  /** What is printed after it. */
  private conclude(action: number, before: number): void {
    const { kind, thread } = decode(action);
    const { status } = this.machine.state(thread);
    if (kind === KILL_INSIDE) {
      this.lines.push(`T${thread} KILLED before its next store to shared memory`);
    }
    if (kind !== STEP) return;
    if (status === ASLEEP && this.lines.length > before) this.lines.push(`T${thread} falls asleep`);
    if (status === IDLE || status === DONE) {
      this.lines.push(`T${thread} returns ${String(this.machine.returned)}`);
    }
  }

  private describe({ thread, kind, address, site, before, stack }: AccessEvent): string {
    const name = this.scenario.symbol?.(address) ?? `0x${address.toString(16)}`;
    const value = `0x${(before >>> 0).toString(16)}`;
    const callers = framesOf(stack).slice(0, SHOWN_FRAMES).join(' < ');
    const who = thread === this.machine.environment ? 'environment' : `T${thread}`;
    return `${who} ${ACCESS_NAMES[kind]} ${name} (was ${value})  ${this.where[site]}  [${callers}]`;
  }
}

/** Names of the wasm functions on a JavaScript stack, innermost first. */
function framesOf(stack: string): string[] {
  const names: string[] = [];
  for (const line of stack.split('\n')) {
    const match = /at (?:\S+\.)?(\S+) \(wasm:/.exec(line);
    if (match) names.push(shortName(match[1]));
  }
  return names;
}

/** The lines of a counterexample, or of any other run; `where` as `locateSites` gives it. */
export function traceOf(
  scenario: Scenario, program: Program, where: readonly string[], end: TraceEnd,
): string[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_FRAMES;
  try {
    const replay = new Replay(scenario, program, where);
    replay.run(end);
    return replay.lines;
  } finally {
    Error.stackTraceLimit = limit;
  }
}
