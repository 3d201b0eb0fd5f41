// Scenarios on the shipped journal: writers, journal workers, a disk, and the predicate of a crash
// in every state. Thread t works in slot t + 2; the workers of the journal come last.

import { STORE } from '../access.js';
import { readRecord } from '../files/commits.js';
import { CrashCheck } from '../files/crash.js';
import { createsDamaged, opensDamaged } from '../files/damage.js';
import { afterProcessCrash, withLosses, type File } from '../files/disk.js';
import { Replica } from '../files/replica.js';
import { Wasi, type DiskKeeper } from '../files/wasi.js';
import { Worlds } from '../files/world.js';
import type { Machine } from '../machine.js';
import type { FinalState, Op, Scenario, ScratchRange } from '../scenario.js';
import { JournalRegion, WORDS } from './journal-region.js';
import type { RegionOptions } from './tree-region.js';

const ANNOUNCED = 1n << 11n;
/** Segments roll soon. */
const SEGMENT_KIB = 1;
const HEAD_SHIFT = 12n;
const HEAD_MASK = 0xffffn;
/** The word of fixtures/journal.ts, and fields of the file `image`. */
const HELD_ROOT = 1008;
const ROOT_SEGMENT = 32;
const ROOT_FLUSHED = 48;

/**
 * Which call on a journal file, or on an image, fails: the n-th of its kind, counted from 1. A fill
 * is a write that takes no byte.
 */
export interface Failing {
  readonly call: 'write' | 'fill' | 'sync' | 'resize' | 'rename';
  readonly nth: number;
  readonly file?: 'image';
}

/**
 * Ends a life in the set-up and opens the files again. Without `keeps` the process was killed, with
 * it the machine: what journal pieces at such offsets are kept.
 */
export type Reopen = (keeps?: (offset: number) => boolean) => void;
type Prepare = (machine: Machine, region: JournalRegion, reopen: Reopen) => void;

export interface JournalOptions {
  readonly name: string;
  readonly writers: readonly (readonly Op[])[];
  readonly workers: readonly (readonly Op[])[];
  readonly respawn?: Scenario['respawn'];
  readonly maxDeaths?: number;
  readonly lateDetection?: boolean;
  readonly immortal?: readonly number[];
  readonly region?: Partial<RegionOptions>;
  /** Words on which waits may time out, beside the state words of the slots. */
  readonly timeouts?: readonly number[];
  readonly fails?: Failing;
  /** True: at the end files are opened that are damaged, or while calls fail. */
  readonly damages?: boolean;
  /** Further set-up, when everybody has joined. What it leaves must be safe on the disk. */
  readonly prepare?: Prepare;
  /** Operations that have been committed when the search begins, by thread. */
  readonly holds?: readonly (readonly [thread: number, op: Op])[];
  /** The last of the set-up. */
  readonly start?: (machine: Machine, region: JournalRegion) => void;
  /** True: while HELD_ROOT says so the root in the directory is that one, with its journal. */
  readonly holdsRoot?: boolean;
  /** Further checks at the end; returns what is wrong, or null. */
  readonly finish?: (machine: Machine, region: JournalRegion) => string | null;
  readonly long?: boolean;
  readonly quickInstead?: string;
  readonly limits?: Scenario['limits'];
}

/** Disk and committed records of one machine. */
class Keeper implements DiskKeeper {
  constructor(
    private readonly machine: Machine, private readonly worlds: Worlds,
    private readonly failing: Failing | undefined,
  ) {}

  get contents() {
    return this.worlds.contents;
  }
  get disk() {
    return this.worlds.of(this.machine).disk;
  }
  set disk(disk) {
    this.worlds.set(this.machine, { ...this.worlds.of(this.machine), disk });
  }
  fails(call: string, file: File | null): boolean {
    const { failing, machine, worlds } = this;
    if (failing === undefined || call !== failing.call) return false;
    // The set-up must not fail.
    if (machine.threads.length === 0 || file?.cut !== (failing.file === undefined)) return false;
    const world = worlds.of(machine);
    const calls = world.calls + 1;
    if (calls <= failing.nth) worlds.set(machine, { ...world, calls });
    if (calls === failing.nth) machine.faults.file_failures++;
    return calls === failing.nth;
  }
}

class JournalScenario {
  readonly region: JournalRegion;
  private readonly threads: readonly (readonly Op[])[];
  private readonly asked: boolean;
  private readonly movesEpoch: boolean;
  private readonly stops: boolean;
  private readonly onlyWorker: number;
  private worlds = new Worlds();
  private check: CrashCheck | null = null;
  private damageVerdict: string | null | undefined;

  constructor(private readonly options: JournalOptions) {
    const { writers, workers, region } = options;
    this.threads = [...writers, ...workers];
    this.region = new JournalRegion({
      kib: 24, ringBytes: 512, frameShift: 9, ...region, workers: this.threads.length,
    });
    const lives = [...this.threads, ...(options.respawn ?? []).flatMap((life) => life ?? [])];
    const calls = new Set(lives.flat().map(({ fn }) => fn));
    this.asked = calls.has('awaitFlushed') || workers.length > 1;
    this.movesEpoch = calls.has('replace');
    this.stops = calls.has('stop');
    this.onlyWorker = workers.length === 1 ? writers.length : -1;
  }

  build(): Scenario {
    const { options, region, threads } = this;
    const { maxDeaths = 0, lateDetection = false } = options;
    return {
      name: options.name, target: 'journal', build: 'test/mc/fixtures/journal.ts',
      regionBytes: region.bytes, threads, respawn: options.respawn, maxDeaths, lateDetection,
      immortal: options.immortal, supervisor: maxDeaths > 0 ? 'environment' : 'none',
      long: options.long, quickInstead: options.quickInstead, limits: options.limits, ghost: 0,
      timeouts: (address) => this.mayTimeOut(address),
      setup: (machine) => this.setUp(machine),
      invariant: (machine) => this.check?.run(machine) ?? this.lostRoot(machine),
      finalState: (machine) => this.finalState(machine),
      undisturbed: (thread, address) => this.isUndisturbed(thread, address),
      beforeWrite: (machine, thread, kind, address) => {
        if (kind === STORE && address === region.state(thread)) this.noteCommit(machine, thread);
      },
      isShared: (address) => region.isShared(address),
      scratch: (thread) => this.scratch(thread),
      files: (machine) => this.filesOf(machine),
      symbol: (address) => region.symbol(address),
      protocol: region.protocol(),
    };
  }

  private setUp(machine: Machine): void {
    const { region, options } = this;
    this.check = null;
    this.damageVerdict = undefined;
    region.create(machine, SEGMENT_KIB);
    options.prepare?.(machine, region, (keeps) => this.reopen(machine, keeps));
    this.check = new CrashCheck(region, this.worlds, machine);
    for (const [thread, op] of options.holds ?? []) this.commitNow(machine, thread, op);
    options.start?.(machine, region);
  }
  /** O(bytes of the files) opens, so only of the files of the first state that is final. */
  private openDamaged(machine: Machine): string | null {
    const { region, worlds } = this;
    if (this.damageVerdict === undefined) {
      const replica = new Replica(machine, region, worlds.contents);
      this.damageVerdict = opensDamaged(replica, afterProcessCrash(worlds.of(machine).disk)) ??
        createsDamaged(replica, SEGMENT_KIB);
    }
    return this.damageVerdict;
  }
  private reopen(machine: Machine, keeps?: (offset: number) => boolean): void {
    const { region, worlds } = this;
    const world = worlds.of(machine);
    const replica = new Replica(machine, region, worlds.contents);
    const left = keeps === undefined ? world.disk : withLosses(world.disk, worlds.contents, keeps);
    const found = replica.open(afterProcessCrash(left));
    if (typeof found === 'string') throw new Error(`reopening: ${found}`);
    if (machine.load32(WORDS.life) === Number(BigInt.asUintN(32, found.words[WORDS.life >> 3]))) {
      throw new Error('two lives have one number');
    }
    machine.storeBytes(0, new Uint8Array(found.words.buffer, 0, region.kib * 1024));
    worlds.set(machine, { ...world, disk: found.disk });
    machine.call(machine.environment, 'join', 1);
    region.joinAll(machine);
  }
  private filesOf(machine: Machine): WebAssembly.ModuleImports {
    return new Wasi(machine, new Keeper(machine, this.worlds, this.options.fails)).imports();
  }

  private commitNow(machine: Machine, thread: number, { fn, args }: Op): void {
    const head = this.headOf(machine, thread);
    if (typeof args === 'function') throw new TypeError('the set-up has plain arguments only');
    machine.call(thread, fn, ...args);
    this.noteRecord(machine, thread, head);
  }
  private headOf(machine: Machine, thread: number): number {
    return Number(machine.load64(this.region.state(thread)) >> HEAD_SHIFT & HEAD_MASK);
  }
  /** The commit store is the only store of a living incarnation over its announcement. */
  private noteCommit(machine: Machine, thread: number): void {
    const state = machine.load64(this.region.state(thread));
    if (!(state & ANNOUNCED) || this.region.isLeftBehind(machine, thread)) return;
    this.noteRecord(machine, thread, this.headOf(machine, thread));
  }
  private noteRecord(machine: Machine, thread: number, head: number): void {
    const record = this.region.recordAt(machine, thread, head);
    this.worlds.commit(machine, readRecord(machine, record));
  }

  private mayTimeOut(address: number): boolean {
    const { region } = this;
    if (this.options.timeouts?.includes(address)) return true;
    return this.threads.some((_, thread) => address === region.state(thread));
  }
  private isUndisturbed(thread: number, address: number): boolean {
    const { region, options } = this;
    if (region.isConstant(address)) return true;
    if (address === WORDS.stop) return !this.stops;
    if (address === WORDS.poison) return options.fails === undefined;
    if (address === WORDS.flushWanted || address === WORDS.syncWanted) return !this.asked;
    if (address === region.state(thread)) return !options.respawn?.[thread];
    if (thread !== this.onlyWorker) return false;
    if (address === WORDS.epoch) return !this.movesEpoch;
    return region.isWorkersOwn(address);
  }
  private scratch(thread: number): ScratchRange[] {
    const own = this.region.scratch(thread);
    // What is in slot 1's block is part of images: it stays as it is.
    if (thread === this.threads.length) return own.filter(({ poison }) => !poison);
    return thread === this.onlyWorker ? [...own, this.region.buffer] : own;
  }

  /** What is wrong with the files that a backup copies, or null. */
  private lostRoot(machine: Machine): string | null {
    const held = this.options.holdsRoot ? machine.load64(HELD_ROOT) : 0n;
    if (held === 0n) return null;
    const { names, files } = this.worlds.of(machine).disk;
    const image = this.worlds.contents.at(files[names.image].now);
    const view = new DataView(image.buffer, image.byteOffset);
    if (view.getBigUint64(ROOT_FLUSHED, true) !== held - 1n) return 'the held root was replaced';
    const first = String(view.getUint32(ROOT_SEGMENT, true)).padStart(8, '0');
    return names[`journal.${first}`] === undefined ? 'the journal of the held root is gone' : null;
  }

  private finalState(machine: Machine): FinalState {
    const { region, options } = this;
    for (let slot = 1; slot <= region.slots; slot++) machine.callEnvironment('recover', slot);
    const wrong = this.check?.live(machine) ?? options.finish?.(machine, region) ??
      (options.damages ? this.openDamaged(machine) : null);
    return wrong === null ? { state: null } : { error: wrong };
  }
}

/** A scenario on fixtures/journal.ts. */
export function journal(options: JournalOptions): Scenario {
  return new JournalScenario(options).build();
}
