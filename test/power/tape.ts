/**
 * The tape: what the threads of a running store ask of their files, in shared memory. Each entry
 * has the numbers of its beginning and its end in one count for all threads, so the tape says what
 * was over before something else began, and what went on at the same time.
 */

/** What an entry tells of. */
export const CALL = {
  OPEN: 1, CLOSE: 2, WRITE: 3, SIZE: 4, SYNC: 5, DATASYNC: 6, RENAME: 7, UNLINK: 8, MARK: 9,
} as const;

/** What a MARK acknowledges: the store was opened, operations of a lane, messages consumed. */
export const MARK = { OPENED: 1, LANE: 2, CONSUMED: 3 } as const;

/** An entry of the tape. */
export interface Entry {
  readonly kind: number;
  /** Which WASI object was called. */
  readonly caller: number;
  readonly start: number;
  /** When it was over; 0: its thread ended meanwhile. */
  readonly end: number;
  /** Whether it succeeded. */
  readonly done: boolean;
  /** File descriptor, or the kind of a mark. */
  readonly fd: number;
  /** Offset, size, flags of an open, or what a mark acknowledges. */
  readonly value: number;
  /** What was written, or names: of the file, and the new one after a NUL. */
  readonly bytes: Uint8Array;
}

// Words of the tape: the count, the end of what is used (in words), the callers; then entries:
// their length in words, kind, caller, start, end, 1 = done, descriptor, value (two words), bytes.
const COUNT = 0;
const USED = 1;
const CALLERS = 2;
const FIRST = 4;
const HEADER = 10;
const END = 4;
const DONE = 5;
const BYTES = 9;

/** Thrown when a tape is too short for what is recorded. */
export class TapeIsFull extends Error {}

export class Tape {
  private readonly words: Int32Array;
  private readonly u8: Uint8Array;

  constructor(readonly memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory);
    this.u8 = new Uint8Array(memory);
    Atomics.compareExchange(this.words, USED, 0, FIRST);
  }

  static ofBytes(bytes: number): Tape {
    return new Tape(new SharedArrayBuffer(bytes));
  }

  newCaller(): number {
    return 1 + Atomics.add(this.words, CALLERS, 1);
  }
  /** The next number of the count. */
  stamp(): number {
    return 1 + Atomics.add(this.words, COUNT, 1);
  }

  /** Begins an entry; its place, for `end`. */
  begin(kind: number, caller: number, fd: number, value: number, bytes: Uint8Array): number {
    const { words } = this;
    const length = HEADER + Math.ceil(bytes.length / 4);
    const at = Atomics.add(words, USED, length);
    if (at + length > words.length) throw new TapeIsFull('the tape is full');
    words[at] = length;
    this.u8.set(bytes, (at + HEADER) * 4);
    words[at + 1] = kind;
    words[at + 2] = caller;
    words[at + 6] = fd;
    words[at + 7] = value % 2 ** 31;
    words[at + 8] = Math.floor(value / 2 ** 31);
    words[at + BYTES] = bytes.length;
    Atomics.store(words, at + 3, this.stamp());
    return at;
  }
  /**
   * Ends an entry.
   * @param fd the descriptor that an open has given @param moved bytes that were written
   */
  end(at: number, done: boolean, { fd, moved }: { fd?: number; moved?: number } = {}): void {
    const { words } = this;
    if (fd !== undefined) words[at + 6] = fd;
    if (moved !== undefined) words[at + BYTES] = moved;
    words[at + DONE] = done ? 1 : 0;
    Atomics.store(words, at + END, this.stamp());
  }
  /** Something that was acknowledged by now. */
  mark(what: number, lane: number, number: number): void {
    const at = this.begin(CALL.MARK, lane, what, number, new Uint8Array());
    this.end(at, true);
  }

  /** The last number of the count. */
  get last(): number {
    return Atomics.load(this.words, COUNT);
  }
  /** Only what is used, as a tape of its own. */
  trimmed(): Tape {
    const used = Atomics.load(this.words, USED) * 4;
    const tape = Tape.ofBytes(used);
    tape.u8.set(this.u8.subarray(0, used));
    return tape;
  }

  /** All entries, by their beginnings. @throws Error when a thread died while it made an entry. */
  entries(): Entry[] {
    const { words } = this;
    const used = Math.min(Atomics.load(words, USED), words.length);
    const entries: Entry[] = [];
    for (let at = FIRST; at < used; at += words[at]) {
      if (words[at] < HEADER) throw new Error(`the tape has a hole at word ${at}`);
      if (words[at + 3] !== 0) entries.push(this.entry(at));
    }
    return entries.sort((a, b) => a.start - b.start);
  }
  private entry(at: number): Entry {
    const { words } = this;
    const from = (at + HEADER) * 4;
    return {
      kind: words[at + 1], caller: words[at + 2], start: words[at + 3], end: words[at + END],
      done: words[at + DONE] === 1, fd: words[at + 6],
      value: words[at + 7] + words[at + 8] * 2 ** 31,
      bytes: this.u8.subarray(from, from + words[at + BYTES]),
    };
  }
}
