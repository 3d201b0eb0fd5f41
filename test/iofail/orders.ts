/**
 * Which call of a store fails, and how: orders in shared memory for the threads that work on files
 * (failing.ts), and what became of them.
 */
import { WASI_FUNCTIONS } from '../../src/wasi.js';

export type CallName = (typeof WASI_FUNCTIONS)[number];

/** What becomes of a call. */
export type Fault =
  /** It fails with this errno: once, or all that follow do so, too. */
  | { readonly errno: number; readonly stays?: true }
  /** Only a part of the bytes is written or read. */
  | { readonly part: true }
  /** It says that no byte was written. */
  | { readonly nothing: true }
  /** It says that all was written, and nothing was: no store can know, and the judge must. */
  | { readonly lies: true }
  /** The directory is removed before it, with all files. */
  | { readonly vanishes: true }
  /** It takes so long, in milliseconds. */
  | { readonly slow: number }
  /** The clocks of the threads jump by so much, in milliseconds. */
  | { readonly jump: number };

// Indices of the words: calls so far, the number of the one that is meant (0 = none), the kind of
// the fault, its number, the call that it hit (1 + its number), its kind of file, the clocks' jump,
// 1 = the directory was removed; the number of the call that was hit.
const CALLS = 0;
const MEANT = 1;
const KIND = 2;
const NUMBER = 3;
const HIT = 4;
const FILE = 5;
const JUMP = 6;
const VANISHED = 7;
const HIT_AT = 8;
/** Behind these words: which calls there were, 1 + their numbers. */
const NAMES = 9;
const NAMES_MAX = 4000;

const KINDS = [
  'errno', 'stays', 'part', 'nothing', 'lies', 'slow', 'jump', 'vanishes',
] as const;
type Kind = (typeof KINDS)[number];

/** A call that has failed, and its number. */
export interface Hit {
  readonly call: CallName;
  readonly file: FileKind;
  readonly number: number;
}

/** Kinds of files. */
export const FILES = ['journal', 'checkpoint', 'directory'] as const;
export type FileKind = (typeof FILES)[number];

export function fileKind(name: string): FileKind {
  if (name === '') return 'directory';
  return name.startsWith('journal.') ? 'journal' : 'checkpoint';
}

function plain(fault: Fault): [Kind, number] {
  if ('errno' in fault) return [fault.stays ? 'stays' : 'errno', fault.errno];
  if ('slow' in fault) return ['slow', fault.slow];
  if ('jump' in fault) return ['jump', fault.jump];
  if ('vanishes' in fault) return ['vanishes', 0];
  if ('lies' in fault) return ['lies', 0];
  return ['part' in fault ? 'part' : 'nothing', 0];
}

/**
 * Only calls that move bytes can move fewer. Which call has a number differs a little from run to
 * run, so such a fault waits for the next one that it fits.
 */
function fits(kind: Kind, call: CallName): boolean {
  if (kind === 'nothing' || kind === 'lies') return call === 'fd_pwrite';
  return kind !== 'part' || call === 'fd_pwrite' || call === 'fd_pread';
}

export class Orders {
  private readonly words: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer((NAMES + NAMES_MAX) * 4)) {
    this.words = new Int32Array(memory);
  }

  /** The call with this number fails, counted from 1 over all threads. */
  plan(number: number, fault: Fault): void {
    const [kind, value] = plain(fault);
    this.words[KIND] = KINDS.indexOf(kind);
    this.words[NUMBER] = value;
    Atomics.store(this.words, MEANT, number);
  }
  end(): void {
    Atomics.store(this.words, MEANT, 0);
    Atomics.store(this.words, JUMP, 0);
  }
  get calls(): number {
    return Atomics.load(this.words, CALLS);
  }
  /** The calls, in their order. */
  get names(): CallName[] {
    return [...this.words.subarray(NAMES, NAMES + this.calls)].map((n) => WASI_FUNCTIONS[n - 1]);
  }
  /** The call that has failed, the first of them; undefined: none has. */
  get hit(): Hit | undefined {
    const hit = Atomics.load(this.words, HIT);
    if (hit === 0) return undefined;
    const { words } = this;
    return { call: WASI_FUNCTIONS[hit - 1], file: FILES[words[FILE]], number: words[HIT_AT] };
  }
  /** By how much clocks have jumped, in milliseconds. */
  get jump(): number {
    return Atomics.load(this.words, JUMP);
  }

  /** Whether the directory was removed. */
  get hasVanished(): boolean {
    return Atomics.load(this.words, VANISHED) === 1;
  }
  vanished(): void {
    Atomics.store(this.words, VANISHED, 1);
  }

  /** By a thread that is about to make a call: the kind of its fault and a number, if it fails. */
  take(call: CallName, file: FileKind): { kind: Kind; number: number } | undefined {
    const { words } = this;
    const count = 1 + Atomics.add(words, CALLS, 1);
    words[NAMES - 1 + count] = 1 + WASI_FUNCTIONS.indexOf(call);
    const meant = Atomics.load(words, MEANT);
    const kind = KINDS[words[KIND]];
    // The number of a call may be that of one which it does not fit.
    const isNext = kind === 'stays' || !fits(kind, 'fd_close');
    if (meant === 0 || (isNext ? count < meant : count !== meant)) return undefined;
    if (!fits(kind, call)) return undefined;
    const isFirst = Atomics.compareExchange(words, HIT, 0, 1 + WASI_FUNCTIONS.indexOf(call)) === 0;
    if (!isFirst && kind !== 'stays') return undefined;
    if (isFirst) {
      Atomics.store(words, FILE, FILES.indexOf(file));
      Atomics.store(words, HIT_AT, count);
    }
    if (kind === 'jump') Atomics.store(words, JUMP, words[NUMBER]);
    return { kind, number: words[NUMBER] };
  }
}
