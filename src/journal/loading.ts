/**
 * Records that an open has left in the files for now: how many there still are, and waiting for the
 * last of them.
 */
import { MillraceError } from '../errors.js';
import { LAYOUT } from '../layout.js';
import type { Progress } from '../progress.js';
import { stateOf, unreadIn } from './unread.js';

const {
  Superblock, COLD_DONE, COLD_FRAMES, COLD_LEFT, MAGIC, PAGES_AHEAD, PAGES_LOADED,
} = LAYOUT.superblock;

/** Waits are bounded, and look again. */
const LOOK_MS = 100;

/** Looks in which nothing was loaded, after which nobody waits on: ten seconds. */
const PATIENCE = 100;

type Tell = (progress: Progress) => void;

/** What is left to load, as one attached thread sees it. */
export class Loading {
  private readonly words: Uint32Array;
  private readonly signed: Int32Array;
  private isClosed = false;

  constructor(memory: WebAssembly.Memory) {
    this.words = new Uint32Array(memory.buffer);
    this.signed = new Int32Array(memory.buffer);
  }

  /** Whether everything was loaded, or found damaged. */
  get isOver(): boolean {
    return Atomics.load(this.words, COLD_LEFT >>> 2) === 0;
  }

  /** Frames have one size, but for a few that hold one large record each. */
  get progress(): Progress {
    const frameBytes = 2 ** this.words[Superblock.frameShift >>> 2];
    const total = this.words[COLD_FRAMES >>> 2];
    const left = Atomics.load(this.words, COLD_LEFT >>> 2);
    return { phase: 'records', done: (total - left) * frameBytes, total: total * frameBytes };
  }

  /**
   * Resolves when all is loaded.
   * @throws MillraceError (rejected) CORRUPT or IO_ERROR when a part could not be loaded; CLOSED.
   */
  async wait(): Promise<void> {
    // Waits of this kind keep no process alive, timers do.
    const timer = setInterval(() => undefined, LOOK_MS);
    try {
      await this.untilOver(() => undefined);
    } finally {
      clearInterval(timer);
    }
    if (this.isClosed) throw new MillraceError('CLOSED');
    for (let frame = 1; frame <= this.words[Superblock.frames >>> 2]; frame++) {
      if (stateOf(this.words, frame) === 'damaged') throw unreadIn(this.words, frame);
    }
  }

  /** Tells of each step until all is loaded or this thread leaves; keeps no process alive. */
  tell(tell: Tell | undefined): void {
    if (tell !== undefined && this.words[COLD_FRAMES >>> 2] > 0) void this.untilOver(tell);
  }

  /** Blocks until all is loaded or found damaged. @throws MillraceError BUSY when nobody loads. */
  block(): void {
    for (let left = PATIENCE; !this.isOver;) {
      if (left-- === 0) throw new MillraceError('BUSY', 'No thread loads records from the files.');
      const seen = Atomics.load(this.signed, COLD_DONE >>> 2);
      if (this.isOver) break;
      const outcome = Atomics.wait(this.signed, COLD_DONE >>> 2, seen, LOOK_MS);
      if (outcome !== 'timed-out') left = PATIENCE;
    }
  }

  /** Ends the waits. */
  close(): void {
    this.isClosed = true;
  }

  private async untilOver(tell: Tell): Promise<void> {
    while (!this.isClosed && !this.isOver) {
      tell(this.progress);
      const seen = Atomics.load(this.signed, COLD_DONE >>> 2);
      if (this.isOver) break;
      const { async, value } = Atomics.waitAsync(this.signed, COLD_DONE >>> 2, seen, LOOK_MS);
      if (async) await value;
    }
    if (!this.isClosed) tell(this.progress);
  }
}

/** Looks at the memory of an open while another thread fills it. */
export class IndexWatch {
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly tell: Tell) {}

  begin(memory: WebAssembly.Memory): void {
    const words = new Uint32Array(memory.buffer);
    const look = (): void => {
      // Before the superblock is there nothing else is.
      if (words[Superblock.magic >>> 2] !== Number(MAGIC & 0xffffffffn)) return;
      const bytes = 2 ** words[Superblock.unitShift >>> 2];
      const done = Atomics.load(words, PAGES_LOADED >>> 2);
      const total = Math.max(done, Atomics.load(words, PAGES_AHEAD >>> 2));
      this.tell({ phase: 'index', done: done * bytes, total: total * bytes });
    };
    this.timer = setInterval(look, LOOK_MS / 2);
    this.look = look;
  }

  /** Tells once more, and no more then. */
  end(): void {
    clearInterval(this.timer);
    this.look?.();
  }

  private look: (() => void) | undefined;
}
