// The region as a vector of interned lines: dirty tracking, incremental hash, capture and restore.
// Every change of memory must be announced by `touch` before `settle` is called.

import { LINE_BYTES, LinePool, lineHigh, lineLow } from './lines.js';
import { ScenarioViolation, type ScratchRange } from './scenario.js';

const LINE_SHIFT = 6;
const WORDS_SHIFT = 4;
const POISON = 0xa5a5a5a5 | 0;

export class Region {
  readonly lineCount: number;
  private readonly pool = new LinePool();
  private readonly current: Int32Array<ArrayBuffer>;
  private readonly dirty: Uint8Array;
  private readonly dirtyList: Int32Array;
  private dirtyCount = 0;
  /** Owner of a line: 0 everybody, t + 1 scratch of thread t (hashed only inside an operation). */
  private readonly owner: Uint8Array;
  private readonly poisoned: number[][];
  private readonly poisonId: number;
  /**
   * Lines that may differ from `base`, the last lines that were compared as a whole, and from what
   * was captured since: going back to one of these needs no look at the other lines.
   */
  private readonly changed: Int32Array;
  private readonly isChanged: Uint8Array;
  private changedCount = 0;
  private base: Int32Array | null = null;
  /** The last captures since then; a death inside a step goes back to the last but one. */
  private captures: readonly [Int32Array | null, Int32Array | null] = [null, null];
  /** Sums of the line contributions by owner. */
  readonly sumLow: Int32Array;
  readonly sumHigh: Int32Array;

  constructor(
    private readonly words: Int32Array,
    readonly bytes: number,
    scratch: readonly (readonly ScratchRange[])[],
  ) {
    if (bytes % LINE_BYTES !== 0) throw new TypeError('regionBytes must be a multiple of 64');
    this.lineCount = bytes / LINE_BYTES;
    this.current = new Int32Array(this.lineCount).fill(-1);
    this.dirty = new Uint8Array(this.lineCount);
    this.dirtyList = new Int32Array(this.lineCount);
    this.changed = new Int32Array(this.lineCount);
    this.isChanged = new Uint8Array(this.lineCount);
    this.owner = new Uint8Array(this.lineCount);
    this.sumLow = new Int32Array(scratch.length + 1);
    this.sumHigh = new Int32Array(scratch.length + 1);
    this.poisoned = scratch.map(() => []);
    this.poisonId = this.pool.intern(new Int32Array(LINE_BYTES / 4).fill(POISON), 0);
    scratch.forEach((ranges, thread) => this.declareScratch(ranges, thread));
  }

  private declareScratch(ranges: readonly ScratchRange[], thread: number): void {
    for (const { from, to, poison } of ranges) {
      if (from % LINE_BYTES !== 0 || to % LINE_BYTES !== 0 || from > to || to > this.bytes) {
        throw new TypeError(`scratch range [${from}, ${to}) is not made of whole lines`);
      }
      for (let line = from >> LINE_SHIFT; line < to >> LINE_SHIFT; line++) {
        if (poison) this.poisoned[thread].push(line);
        else this.owner[line] = thread + 1;
      }
    }
  }

  /** Announces a write of `bytes` at `address`. Throws ScenarioViolation outside the region. */
  touch(address: number, bytes: number): void {
    const first = address >>> LINE_SHIFT;
    const last = (address + bytes - 1) >>> LINE_SHIFT;
    if (last >= this.lineCount) {
      throw new ScenarioViolation(`write outside the region at 0x${(address >>> 0).toString(16)}`);
    }
    for (let line = first; line <= last; line++) this.touchLine(line);
  }

  private touchLine(line: number): void {
    if (this.dirty[line] !== 0) return;
    this.dirty[line] = 1;
    this.dirtyList[this.dirtyCount++] = line;
  }

  /** Announces that any byte may have changed. */
  touchAll(): void {
    for (let line = 0; line < this.lineCount; line++) this.touchLine(line);
  }

  /** Fills the poisoned scratch of a thread, because no operation of it runs any more. */
  poison(thread: number): void {
    for (const line of this.poisoned[thread] as number[]) {
      if (this.dirty[line] === 0 && this.current[line] === this.poisonId) continue;
      const at = line << WORDS_SHIFT;
      this.words.fill(POISON, at, at + LINE_BYTES / 4);
      this.touchLine(line);
    }
  }

  /** Brings ids and sums up to date with memory. O(dirty lines). */
  settle(): void {
    for (let i = 0; i < this.dirtyCount; i++) {
      const line = this.dirtyList[i];
      this.dirty[line] = 0;
      this.replace(line, this.pool.intern(this.words, line << WORDS_SHIFT));
    }
    this.dirtyCount = 0;
  }

  private replace(line: number, id: number): void {
    const old = this.current[line];
    if (old === id) return;
    const owner = this.owner[line];
    const { hashLow, hashHigh } = this.pool;
    let low = this.sumLow[owner];
    let high = this.sumHigh[owner];
    if (old >= 0) {
      low -= lineLow(line, hashLow[old]);
      high -= lineHigh(line, hashHigh[old]);
    }
    this.sumLow[owner] = low + lineLow(line, hashLow[id]);
    this.sumHigh[owner] = high + lineHigh(line, hashHigh[id]);
    this.current[line] = id;
    if (this.isChanged[line] !== 0) return;
    this.isChanged[line] = 1;
    this.changed[this.changedCount++] = line;
  }

  /** The lines of a settled region; the array is a copy and never changes again. */
  capture(): Int32Array<ArrayBuffer> {
    const lines = this.current.slice();
    this.captures = [this.captures[1], lines];
    return lines;
  }

  /**
   * Makes memory what it was at `capture`. Copies only the lines that differ; O(lines changed) for
   * `base` and the last captures, else O(lines).
   */
  restore(lines: Int32Array): void {
    for (let i = 0; i < this.dirtyCount; i++) {
      const line = this.dirtyList[i];
      this.dirty[line] = 0;
      this.pool.copyTo(this.current[line], this.words, line << WORDS_SHIFT);
    }
    this.dirtyCount = 0;
    if (lines === this.base || this.captures.includes(lines)) {
      for (let i = 0; i < this.changedCount; i++) this.restoreLine(this.changed[i], lines);
      return;
    }
    for (let line = 0; line < lines.length; line++) this.restoreLine(line, lines);
    for (let i = 0; i < this.changedCount; i++) this.isChanged[this.changed[i] as number] = 0;
    this.changedCount = 0;
    this.captures = [null, null];
    this.base = lines;
  }

  private restoreLine(line: number, lines: Int32Array): void {
    const id = lines[line];
    if (this.current[line] === id) return;
    this.pool.copyTo(id, this.words, line << WORDS_SHIFT);
    this.replace(line, id);
  }
}
