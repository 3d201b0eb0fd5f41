/**
 * Files that fail on demand: stands between the core and WASI in the threads of a store, and takes
 * its orders from shared memory. Loaded by them as open's internal option `wasi` says.
 */
import { workerData } from 'node:worker_threads';
import { WASI_FUNCTIONS } from '../../src/wasi.js';
import type { Wasi, WasiFunction } from '../../src/wasi.js';

export type CallName = (typeof WASI_FUNCTIONS)[number];

/** What becomes of a call. */
export type Fault =
  /** It fails with this errno. */
  | { readonly errno: number }
  /** It says that no byte was written or read. */
  | { readonly nothing: true }
  /** Only a part of the bytes is written or read. */
  | { readonly part: true }
  /** Its thread ends in the middle of it. */
  | { readonly dies: true }
  /** It waits until the faults end. */
  | { readonly holds: true };

// Indices of the words: which call (1 + its number, 0 = none), how many of them pass before, what
// then becomes of it, its errno, how many more share its fate, how many already have, and whether
// the thread that opens the store is left alone.
const CALL = 0;
const PASSES = 1;
const KIND = 2;
const ERRNO = 3;
const TIMES = 4;
const DONE = 5;
const BEHIND = 6;
const WORDS = 7;

const FAILS = 0;
const MOVES_PART = 1;
const DIES = 2;
const MOVES_NOTHING = 3;
const HOLDS = 4;

const isOpening = workerData !== null && typeof workerData === 'object' && 'wanted' in workerData;

function kindOf(fault: Fault): number {
  if ('part' in fault) return MOVES_PART;
  if ('nothing' in fault) return MOVES_NOTHING;
  if ('holds' in fault) return HOLDS;
  return 'dies' in fault ? DIES : FAILS;
}

/** The orders, as tests give them. */
export class Faults {
  /** What the threads of the store are given. */
  readonly memory = new SharedArrayBuffer(WORDS * 4);
  private readonly words = new Int32Array(this.memory);

  /**
   * Lets a call fail after some that do not: once, or so many times. `behind`: not in the thread
   * that opens the store.
   */
  plan(call: CallName, fault: Fault, { after = 0, times = 1, behind = false } = {}): void {
    Atomics.store(this.words, CALL, 0);
    const kind = kindOf(fault);
    const errno = 'errno' in fault ? fault.errno : 0;
    this.words.set([after, kind, errno, times, 0, behind ? 1 : 0], PASSES);
    Atomics.store(this.words, CALL, 1 + WASI_FUNCTIONS.indexOf(call));
  }

  /** Lets everything succeed again. */
  end(): void {
    Atomics.store(this.words, CALL, 0);
    Atomics.notify(this.words, CALL);
  }

  /** How many calls have failed since. */
  get done(): number {
    return Atomics.load(this.words, DONE);
  }
}

/** Reads or writes the first half of the first piece only. */
function inPart(call: WasiFunction, memory: WebAssembly.Memory, args: (number | bigint)[]): number {
  const view = new DataView(memory.buffer);
  const lengthAt = Number(args[1]) + 4;
  const length = view.getUint32(lengthAt, true);
  view.setUint32(lengthAt, Math.ceil(length / 2), true);
  const errno = call(...args);
  view.setUint32(lengthAt, length, true);
  return errno;
}

function faulty(name: CallName, real: WasiFunction, memory: WebAssembly.Memory, words: Int32Array) {
  const number = 1 + WASI_FUNCTIONS.indexOf(name);
  return (...args: (number | bigint)[]): number => {
    if (Atomics.load(words, CALL) !== number) return real(...args);
    if (words[BEHIND] === 1 && isOpening) return real(...args);
    if (Atomics.sub(words, PASSES, 1) > 0) return real(...args);
    if (Atomics.sub(words, TIMES, 1) <= 0) return real(...args);
    Atomics.add(words, DONE, 1);
    if (words[KIND] === DIES) process.exit(1);
    if (words[KIND] === HOLDS) {
      Atomics.wait(words, CALL, number);
      return real(...args);
    }
    if (words[KIND] === MOVES_PART) return inPart(real, memory, args);
    if (words[KIND] === MOVES_NOTHING) new Uint32Array(memory.buffer)[Number(args[4]) >>> 2] = 0;
    return words[ERRNO];
  };
}

/** Called in every thread that works on files. */
export function wrap(wasi: Wasi, memory: WebAssembly.Memory, data: unknown): Wasi {
  const words = new Int32Array(data as SharedArrayBuffer);
  return Object.fromEntries(WASI_FUNCTIONS.map((name) =>
    [name, faulty(name, wasi[name], memory, words)])) as unknown as Wasi;
}
