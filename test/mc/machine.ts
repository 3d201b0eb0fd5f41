// N logical threads in one JS thread: one instance of the rewritten wasm per thread over one shared
// memory. A step executes one atomic access and everything behind it up to the next one.

import { noFiles, WASI_MODULE } from '../../src/wasi.js';
import {
  ATOMIC_HOOK, FILE, HOOK_MODULE, LOAD, LOAD_HOOK, STORE_HOOK, WAIT, WOKEN, bytesOf, kindOf,
  writes,
} from './access.js';
import { noFaults } from './faults.js';
import { Instance } from './instance.js';
import type { AccessEvent, Program, Snapshot, Watcher } from './machine-types.js';
import { RegionMemory } from './region-memory.js';
import { ScenarioViolation, type Json, type Scenario, type WasmValue } from './scenario.js';
import {
  ASLEEP, DEAD, LOST, READY, freshThread, nowhere, sealThread, type ThreadFields,
  type ThreadState,
} from './thread-state.js';

const STACK_BYTES = 8192;
const PAGE = 65536;
/** An environment call that makes more accesses than this is taken to wait for somebody. */
const CALL_LIMIT = 1_000_000;
const NOBODY = -1;

type FileFunction = (...args: readonly WasmValue[]) => number;

export class Machine extends RegionMemory {
  threads: ThreadState[] = [];
  /** State outside the region; replace it, never change it in place. */
  ghost: Json;
  /** Sites that were executed at least once. */
  readonly covered: Uint8Array;
  /** What was injected so far; scenarios count what happens outside the region. */
  readonly faults = noFaults();
  /** Called at every point inside a step where the running thread may die. */
  onKillPoint: (() => void) | null = null;
  /** Called for every access, the environment's too; for traces only. */
  observer: ((event: AccessEvent) => void) | null = null;
  /**
   * Asked before every further atomic access and file call of a step: true lets the thread go on
   * with it at once, as if the step had ended here and the next one were the same thread's.
   */
  goesOn: ((thread: number) => boolean) | null = null;
  /** Sleepers that were woken so far. */
  wakeUps = 0;
  /** What the operation returned that the last step completed. */
  returned: WasmValue | undefined = undefined;

  private readonly instances: Instance[] = [];
  private readonly setupGlobals: (readonly WasmValue[])[] = [];
  private running = NOBODY;
  private watcher: Watcher | null = null;
  /** In whose name code of the scenario writes, outside of steps. */
  private author: number;
  private rewinding = false;
  /** Atomic accesses that the running thread may still execute before it is suspended. */
  private credit = 0;
  private suspended: ThreadState | null = null;
  private lastSite = 0;
  private callBudget = 0;

  constructor(private readonly scenario: Scenario, readonly program: Program) {
    const { regionBytes, threads } = scenario;
    const stackBase = Math.ceil(regionBytes / PAGE) * PAGE;
    const pages = Math.ceil((stackBase + (threads.length + 1) * STACK_BYTES) / PAGE);
    const scratch = [];
    for (let t = 0; t <= threads.length; t++) scratch.push(scenario.scratch?.(t) ?? []);
    super(pages, regionBytes, scratch);
    this.ghost = scenario.ghost ?? null;
    this.author = threads.length;
    this.covered = new Uint8Array(program.sites.length);
    for (let t = 0; t <= threads.length; t++) {
      this.instances.push(new Instance(
        program, this.imports(t), this.i32, stackBase + t * STACK_BYTES, STACK_BYTES,
      ));
    }
    scenario.setup(this);
    for (let t = 0; t <= threads.length; t++) this.region.poison(t);
    this.region.touchAll();
    this.region.settle();
    threads.forEach((ops, t) => {
      const globals = this.instance(t).readGlobals();
      this.setupGlobals.push(globals);
      this.threads.push(freshThread(0, ops.length === 0, globals));
    });
  }

  // ---- for scenarios

  /** Number of the instance that stands for the environment (its supervisor). */
  get environment(): number {
    return this.scenario.threads.length;
  }

  /**
   * Calls an export of a thread's instance (or the environment's) to its end, in one go. For setup
   * and final checks. Throws ScenarioViolation when it waits or does not come to an end.
   */
  call(thread: number, fn: string, ...args: WasmValue[]): WasmValue | undefined {
    if (thread === this.running) throw new TypeError('the thread is inside a step');
    this.callBudget = CALL_LIMIT;
    const instance = this.instance(thread);
    const result = instance.invoke(fn, args);
    instance.readGlobals();
    return result;
  }

  /** `call` on the environment's instance: recovery, checks. */
  callEnvironment(fn: string, ...args: WasmValue[]): WasmValue | undefined {
    const result = this.call(this.environment, fn, ...args);
    this.region.poison(this.environment);
    return result;
  }

  /** Runs code of the scenario in the name of a thread: what it writes is that thread's. */
  inNameOf(thread: number, run: () => void): void {
    this.author = thread;
    try {
      run();
    } finally {
      this.author = this.environment;
    }
  }

  /** From here on every access is told to the watcher; null ends that. */
  watch(watcher: Watcher | null): void {
    this.watcher = watcher;
    this.onWrite = watcher === null ? null : (address, bytes) => {
      watcher.written(this.running === NOBODY ? this.author : this.running, address, bytes);
    };
  }

  /** What `from` has done is known to `to` from now on. */
  order(from: number, to: number): void {
    this.watcher?.ordered(from, to);
  }

  /** Wakes every thread that sleeps on this address. Returns how many. */
  notify(address: number): number {
    return this.wake(address);
  }

  isDead(thread: number): boolean {
    const { status } = this.state(thread);
    return status === LOST || status === DEAD;
  }

  incarnation(thread: number): number {
    return this.state(thread).incarnation;
  }

  // ---- for the search

  state(thread: number): ThreadState {
    return this.threads[thread];
  }

  /** The current state as a value; settles the region. */
  capture(): Snapshot {
    this.region.settle();
    return { lines: this.region.capture(), threads: this.threads.slice(), ghost: this.ghost };
  }

  restore(snapshot: Snapshot): void {
    this.region.restore(snapshot.lines);
    const { threads } = snapshot;
    for (let t = 0; t < threads.length; t++) this.threads[t] = threads[t];
    this.ghost = snapshot.ghost;
  }

  /**
   * Runs a thread that is READY, or starts `call` on one that is IDLE, up to and including its next
   * atomic access and on to the one after. Returns true when the operation has returned; then
   * `returned` holds its value and the caller moves the thread on.
   */
  step(thread: number, starting: ThreadState | null): boolean {
    const state = starting ?? this.state(thread);
    const call = state.call;
    if (call === null) throw new TypeError('no operation to step');
    const instance = this.instance(thread);
    this.threads[thread] = state;
    this.running = thread;
    this.suspended = null;
    this.credit = starting === null ? 0 : 1;
    instance.writeGlobals(state.globals);
    if (starting === null) {
      this.rewinding = true;
      instance.startRewind(state.stack as Int32Array);
    }
    try {
      this.returned = instance.invoke(call.fn, call.args);
    } finally {
      this.running = NOBODY;
      this.rewinding = false;
    }
    const suspended = this.suspended as ThreadState | null;
    if (suspended === null) return true;
    const stack = instance.stopUnwind();
    this.threads[thread] = sealThread({ ...suspended, stack, globals: instance.readGlobals() });
    return false;
  }

  /** Moves a thread behind the operation that has just returned. */
  finishOperation(thread: number, status: 0 | 3): void {
    const state = this.state(thread);
    this.threads[thread] = sealThread({
      ...state, ...nowhere, status, position: state.position + 1, call: null, stack: null,
      globals: this.instance(thread).readGlobals(),
    });
    this.region.poison(thread);
  }

  /** The thread stops for ever, wherever it is. */
  kill(thread: number): void {
    const state = this.state(thread);
    // Its last step may have ended by an exception, and its instance is used again.
    this.instance(thread).readGlobals();
    this.threads[thread] = sealThread({
      ...state, ...nowhere, status: LOST, position: 0, call: null, stack: null, globals: [],
    });
    this.region.poison(thread);
  }

  setDead(thread: number): void {
    this.threads[thread] = sealThread({ ...this.state(thread), status: DEAD });
  }

  /** A new incarnation, on an instance as `setup` left it; the scenario may then attach it. */
  respawn(thread: number, empty: boolean): void {
    const instance = this.instance(thread);
    const next = this.state(thread).incarnation + 1;
    instance.writeGlobals(this.setupGlobals[thread]);
    this.order(this.environment, thread);
    this.scenario.protocol?.respawn?.(this, thread, next);
    this.threads[thread] = freshThread(next, empty, instance.readGlobals());
  }

  timeOut(thread: number): void {
    this.threads[thread] = sealThread({
      ...this.state(thread), status: READY, kind: WOKEN, wakeResult: 2,
    });
  }

  // ---- imports

  private instance(thread: number): Instance {
    return this.instances[thread];
  }

  private imports(thread: number): WebAssembly.Imports {
    return {
      env: {
        ...this.scenario.imports?.(this, thread),
        memory: this.memory,
        wait: (address: number, expected: number, timeout: number) =>
          this.onWait(thread, address >>> 0, expected, timeout),
        notify: (address: number) => this.wake(address >>> 0),
      },
      [WASI_MODULE]: this.fileImports(thread),
      [HOOK_MODULE]: {
        [ATOMIC_HOOK]: (access: number, address: number, site: number) =>
          this.onAtomic(thread, access, address >>> 0, site),
        [STORE_HOOK]: (access: number, address: number, site: number) =>
          this.onStore(thread, access, address >>> 0, site),
        [LOAD_HOOK]: (access: number, address: number, site: number) =>
          this.onLoad(thread, access, address >>> 0, site),
      },
    };
  }

  private fileImports(thread: number): WebAssembly.ModuleImports {
    const functions = { ...noFiles(), ...this.scenario.files?.(this, thread) };
    return Object.fromEntries(Object.entries(functions).map(([name, run]) => {
      const call = run as FileFunction;
      return [name, (...args: WasmValue[]) => this.onFile(thread, name, call, args)];
    }));
  }

  /** A thread is suspended before each file call, so that it may die and a crash may come there. */
  private onFile(
    thread: number, name: string, call: FileFunction, args: readonly WasmValue[],
  ): number {
    if (this.running !== thread) return call(...args);
    if (!this.rewinding) {
      if (this.goesOn?.(thread)) return call(...args);
      this.suspend(thread, {
        status: READY, kind: FILE, bytes: 0, address: 0, site: this.lastSite, timeout: -1,
        fileCall: [name, ...args], wakeResult: 0,
      });
      return 0;
    }
    this.rewinding = false;
    this.instance(thread).stopRewind();
    // What the call is given now are left-overs: Asyncify keeps what is needed behind it.
    const [, ...given] = this.state(thread).fileCall ?? [name];
    return call(...given);
  }

  private onAtomic(thread: number, access: number, address: number, site: number): void {
    if (this.running !== thread) {
      this.countCall();
    } else if (this.rewinding) {
      this.rewinding = false;
      this.instance(thread).stopRewind();
    } else if (kindOf(access) === LOAD && this.scenario.undisturbed?.(thread, address)) {
      // Nobody can change what is read here: no scheduling point.
    } else if (this.credit > 0) {
      this.credit--;
      this.onKillPoint?.();
    } else if (!this.goesOn?.(thread)) {
      this.suspend(thread, {
        status: READY, kind: kindOf(access), bytes: bytesOf(access), address, site, timeout: -1,
        fileCall: null, wakeResult: 0,
      });
      return;
    }
    this.execute(thread, access, address, site);
  }

  private onStore(thread: number, access: number, address: number, site: number): void {
    if (this.running !== thread) this.countCall();
    else if (this.onKillPoint !== null && this.scenario.isShared(address)) this.onKillPoint();
    this.execute(thread, access, address, site);
  }

  private onLoad(thread: number, access: number, address: number, site: number): void {
    if (this.running !== thread) this.countCall();
    this.covered[site] = 1;
    this.watcher?.access(thread, kindOf(access), address, bytesOf(access), site);
  }

  /** Book-keeping for an access that happens as soon as the hook returns. */
  private execute(thread: number, access: number, address: number, site: number): void {
    this.covered[site] = 1;
    this.lastSite = site;
    const kind = kindOf(access);
    this.observer?.({
      thread, kind, bytes: bytesOf(access), address, site, before: this.load32(address),
      stack: new Error('stack').stack ?? '',
    });
    this.watcher?.access(thread, kind, address, bytesOf(access), site);
    if (!writes(kind)) return;
    this.checkUndisturbed(thread, address);
    if (this.running === thread) this.scenario.beforeWrite?.(this, thread, kind, address);
    this.region.touch(address, bytesOf(access));
  }

  private checkUndisturbed(writer: number, address: number): void {
    const { undisturbed } = this.scenario;
    if (undisturbed === undefined) return;
    for (let t = 0; t < this.threads.length; t++) {
      if (t === writer || this.isDead(t)) continue;
      if (!undisturbed.call(this.scenario, t, address)) continue;
      throw new ScenarioViolation(`T${t} takes ${address} for undisturbed, T${writer} writes it`);
    }
  }

  private onWait(thread: number, address: number, expected: number, timeout: number): number {
    if (this.running !== thread) throw new ScenarioViolation('a call of the environment waits');
    if (this.rewinding) {
      this.rewinding = false;
      this.instance(thread).stopRewind();
      return this.state(thread).wakeResult;
    }
    if (this.load32(address) !== expected) return 1;
    this.suspend(thread, {
      status: ASLEEP, kind: WAIT, bytes: 4, address, site: this.lastSite, timeout, fileCall: null,
      wakeResult: 0,
    });
    return 0;
  }

  private suspend(
    thread: number,
    at: Pick<ThreadFields, keyof typeof nowhere | 'status'>,
  ): void {
    this.suspended = { ...this.state(thread), ...at };
    this.instance(thread).startUnwind();
  }

  private wake(address: number): number {
    let woken = 0;
    for (let t = 0; t < this.threads.length; t++) {
      const state = this.state(t);
      if (state.status !== ASLEEP || state.address !== address) continue;
      this.threads[t] = sealThread({ ...state, status: READY, kind: WOKEN, wakeResult: 0 });
      woken++;
    }
    this.wakeUps += woken;
    return woken;
  }

  private countCall(): void {
    if (--this.callBudget < 0) throw new ScenarioViolation('a call of the environment never ends');
  }
}

