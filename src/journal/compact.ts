/**
 * Compaction: what is mostly dead is cleaned, and the file of pages becomes as small as it can be.
 */
import { CLEAN } from '../core.js';
import { MillraceError } from '../errors.js';
import { LAYOUT } from '../layout.js';
import type { Session } from '../map/session.js';
import { checkNames } from '../options.js';
import { checkLong, turn } from '../progress.js';
import type { LongOptions } from '../progress.js';
import { failureIn } from './failure.js';

/** What a compaction has done. */
export interface Compacted {
  /** Frames whose records were moved, so that their memory is free. */
  readonly frames: number;
}

const { CHECKPOINTS, COMPACT_DONE } = LAYOUT.superblock;

/** Least share of dead bytes, in sixteenths, that is worth moving the rest. */
const QUARTER = 4;
/** Rounds of waiting for another cleaner, or for readers of what was moved. */
const PATIENCE = 100;
const LOOK_MS = 10;
/** A page may have to make room before another one can take its place. */
const PASSES = 2;
/** Checkpoints that come to nothing, one after the other. */
const ATTEMPTS = 50;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

async function clean<K, V>(
  { core }: Session<K, V>, check: () => void, report: (frames: number) => void,
): Promise<number> {
  let frames = 0;
  for (let waits = 0; waits < PATIENCE;) {
    const outcome = core.cleanOne(QUARTER);
    if (outcome === CLEAN.NOTHING) break;
    if (outcome === CLEAN.CLEANED) report(++frames);
    else {
      waits++;
      await pause();
    }
    await turn();
    check();
  }
  return frames;
}

/** One checkpoint that makes the file small. @throws MillraceError BUSY when none comes about. */
async function shrink<K, V>({ core }: Session<K, V>, check: () => void): Promise<void> {
  const word = (address: number): number => Atomics.load(core.words, address >>> 2);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = word(CHECKPOINTS);
    const wanted = core.wantCompaction();
    core.wantFlush(false);
    while ((word(COMPACT_DONE) - wanted | 0) < 0) {
      await pause();
      check();
    }
    if (word(CHECKPOINTS) !== before) return;
  }
  throw new MillraceError('BUSY', 'No checkpoint could be taken.');
}

/** See Store.compact. */
export async function compact<K, V>(
  session: Session<K, V>, options: LongOptions | undefined,
): Promise<Compacted> {
  const given = checkNames(options, ['signal', 'onProgress'], 'compact');
  checkLong(given);
  const { signal, onProgress } = given;
  const check = (): void => {
    signal?.throwIfAborted();
    session.beginWrite();
  };
  check();
  const frames = await clean(session, check,
    (done) => onProgress?.({ phase: 'clean', done, total: undefined }));
  if (!session.flushing.hasFiles) return { frames };
  for (let pass = 1; pass <= PASSES; pass++) {
    await shrink(session, check);
    onProgress?.({ phase: 'checkpoint', done: pass, total: PASSES });
  }
  if (session.core.isPoisoned) throw failureIn(session.core.words);
  return { frames };
}
