// The vocabulary of the model checker: what a scenario, an operation and a planted bug are.
// Scenarios live in scenarios/, planted bugs in planted/; the engine knows nothing about either.

import type { Machine } from './machine.js';

export type WasmValue = number | bigint;
export type Json =
  | null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** What an operation returned, as the sequential model sees it. */
export type Result = number | string | null;

/** One operation of one thread: a single call of a wasm export. */
export interface Op {
  /** Name of the export. */
  readonly fn: string;
  /**
   * Arguments. A function is evaluated when the operation starts, on the region as it is then:
   * a new incarnation finds its slot and generation that way.
   */
  readonly args: readonly WasmValue[] | ((machine: Machine, thread: number) => WasmValue[]);
  /** What the model needs to know beside `args`, for example the key that `before` writes. */
  readonly input?: Json;
  /** Writes the operation's input into the thread's private scratch, just before the call. */
  before?(machine: Machine, thread: number): void;
  /** Reads the result at completion; default: what was returned (bigint as text, none null). */
  result?(returned: WasmValue | undefined, machine: Machine, thread: number): Result;
  /** False: the monitor ignores the operation (supervisors, I/O workers). Default true. */
  readonly modelled?: boolean;
  /** True: being asleep in this operation at the end is no violation. Default false. */
  readonly mayBlock?: boolean;
  /** Name in traces; default: `fn(args)`. */
  readonly label?: string;
}

/** An operation that was started: what the sequential model steps on. */
export interface Call {
  readonly fn: string;
  readonly args: readonly WasmValue[];
  readonly input: Json;
  readonly thread: number;
  readonly incarnation: number;
}

export type Outcome = readonly [result: Result, state: Json];

/** One moment of an operation that takes effect in several. */
export type Moment =
  | { readonly state: Json; readonly progress: Json }
  | { readonly state: Json; readonly result: Result };

/** The sequential specification. States are JSON values; equal text means equal state. */
export interface Model {
  readonly init: Json;
  step(state: Json, call: Call): Outcome;
  /** Further outcomes that are allowed in the same state (`BUSY`, `FULL`); default none. */
  alternatives?(state: Json, call: Call): readonly Outcome[];
  /**
   * For an operation that is not atomic as a whole, such as a scan: what its next moment may be,
   * `progress` being what the one before has left (null: it is the first). The moments come in
   * order, and anything may happen between them; the last one has the result. Null: the operation
   * is atomic, `step` says what it does.
   */
  moments?(state: Json, call: Call, progress: Json): readonly Moment[] | null;
}

/** Bytes [from, to) that only one thread uses; both ends on a 64-byte boundary. */
export interface ScratchRange {
  readonly from: number;
  readonly to: number;
  /** True: filled with 0xA5 whenever no operation runs, so that a use of stale scratch shows. */
  readonly poison?: boolean;
}

/** How death is declared, healed and followed by a new incarnation. Slot = thread number. */
export interface Protocol {
  /** Proof of the death has arrived: bump the generation, or write the exit word of the slot. */
  declareDead(machine: Machine, thread: number): void;
  /** Whether the supervisor still has to recover this dead thread's slot. */
  needsRecovery?(machine: Machine, thread: number): boolean;
  /** The supervisor's recovery, in one step; call exports through `machine.callEnvironment`. */
  recover?(machine: Machine, thread: number): void;
  /** Whether a new incarnation may start now; default: as soon as the death was declared. */
  canRespawn?(machine: Machine, thread: number): boolean;
  /** Called when the next incarnation of a slot starts. */
  respawn?(machine: Machine, thread: number, incarnation: number): void;
  /** Whether the thread is at work for a dead one, so that its death is a recoverer's. */
  recovers?(machine: Machine, thread: number): boolean;
  /** A thread came to the normal end of its program (for exit words). */
  ended?(machine: Machine, thread: number): void;
}

export interface Limits {
  /** Most distinct states, default 6 million. */
  readonly states?: number;
  /** Seconds of processor time, default 120. */
  readonly seconds?: number;
}

/** What `finalState` found: an abstract state for the model, or the reason why there is none. */
export type FinalState = { readonly state: Json } | { readonly error: string };

export interface Scenario {
  readonly name: string;
  /** Part of the core under test, as reported: 'mtx', 'alloc', 'tree'. */
  readonly target: string;
  /**
   * The wasm: 'core' (the built binary), or a source file relative to the repository root,
   * compiled on demand.
   */
  readonly build: string;
  /** The region is [0, regionBytes) of the memory; a multiple of 64. */
  readonly regionBytes: number;
  readonly threads: readonly (readonly Op[])[];
  /** Per thread the programs of its next incarnations, null for none. Respawning is optional. */
  readonly respawn?: readonly (readonly (readonly Op[])[] | null)[];
  readonly maxDeaths: number;
  /** Threads that never die. */
  readonly immortal?: readonly number[];
  /** True: only the first incarnation of a thread may die. Default false. */
  readonly diesOnce?: boolean;
  /** True: the proof of a death arrives at any later time; false: with the death. */
  readonly lateDetection: boolean;
  /**
   * Who recovers: the environment (one step, after the proof), threads of the scenario (the engine
   * only writes exit words through the protocol), or nobody but the survivors.
   */
  readonly supervisor: 'environment' | 'threads' | 'none';
  /**
   * Whether waits with a time-out may end by it, at any time; a function says so by address.
   * Default false: they never do, so that a lost wake-up shows.
   */
  readonly timeouts?: boolean | ((address: number) => boolean);
  /** Only searched with `--long`. */
  readonly long?: boolean;
  /**
   * Left out by `--quick`, because its search takes seconds: the scenario that stands there for the
   * same mechanism.
   */
  readonly quickInstead?: string;
  /** Uninstrumented calls before the search: format, attach of every thread and the environment. */
  setup(machine: Machine): void;
  readonly model?: Model;
  /** Runs at every end of all programs; may call exports and change memory. */
  finalState?(machine: Machine): FinalState;
  /** Checked in every state; returns what is wrong, or null. Must not change memory. */
  invariant?(machine: Machine): string | null;
  /** Whether another thread or recovery may read this address: deaths before its stores count. */
  isShared(address: number): boolean;
  /**
   * Whether nobody but this thread ever writes to the address after the set-up: then its atomic
   * loads there are no scheduling points. The machine reports whoever writes there all the same.
   */
  undisturbed?(thread: number, address: number): boolean;
  /** Called before every write of a thread inside a step; may replace `machine.ghost`. */
  beforeWrite?(machine: Machine, thread: number, kind: number, address: number): void;
  /** Private scratch of a thread; `thread === threads.length` asks for the environment's. */
  scratch?(thread: number): readonly ScratchRange[];
  /** Further imports of module `env` (ghost functions); `thread` as for `scratch`. */
  imports?(machine: Machine, thread: number): WebAssembly.ModuleImports;
  /**
   * WASI of an instance that works on files; `thread` as for `scratch`. Default: it refuses. Every
   * call is a step of its own.
   */
  files?(machine: Machine, thread: number): WebAssembly.ModuleImports;
  /** First value of `machine.ghost`, state that is kept outside the region. */
  readonly ghost?: Json;
  /** Name of an address in traces. */
  symbol?(address: number): string;
  readonly limits?: Limits;
  readonly protocol?: Protocol;
}

/** A bug put into a copy of the sources; its scenario must report a violation. */
export interface PlantedBug {
  readonly name: string;
  /** The rule that it breaks, as docs/protocol.md names it. */
  readonly rule: string;
  /** File relative to the repository root. */
  readonly file: string;
  /** Text that must occur exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Name of the scenario that must fail. */
  readonly scenario: string;
}

/** Thrown by callbacks of a scenario to report a violation from inside a step. */
export class ScenarioViolation extends Error {}

export type ViolationKind =
  | 'not linearizable' | 'trap' | 'assertion' | 'invariant' | 'asleep for ever'
  | 'final state' | 'livelock' | 'data race';

export interface Violation {
  readonly kind: ViolationKind;
  readonly message: string;
  /** Choices that lead from the initial state to the violation; see transitions.ts. */
  readonly path: readonly number[];
}

export interface SearchResult {
  readonly states: number;
  readonly transitions: number;
  /** Complete schedules that the search covers; cycles are counted once, so spins do not count. */
  readonly schedules: number;
  readonly complete: boolean;
  /** Processor time. */
  readonly seconds: number;
  readonly violation: Violation | null;
}
