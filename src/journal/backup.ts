/**
 * Backups of a running store. The files are copied while everybody writes: the root stays what it
 * is, because no checkpoint is taken meanwhile, and the journal is copied up to one flushed place.
 * docs/operating.md.
 */
import { copyStore } from '#host';
import { MillraceError } from '../errors.js';
import { LAYOUT } from '../layout.js';
import type { Session } from '../map/session.js';
import { checkNames } from '../options.js';
import { checkLong } from '../progress.js';
import type { LongOptions } from '../progress.js';
import { failureIn } from './failure.js';

/** Where a copy of the journal ends. */
export interface Cut {
  readonly segment: number;
  readonly offset: number;
}

/** What a host copies, and who is asked on the way. */
export interface CopyJob {
  readonly from: string;
  readonly to: string;
  readonly cut: Cut;
  /** Throws when the copy has to end: it must not become a store then. */
  readonly check: () => void;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/** What was copied. */
export interface Copied {
  readonly files: readonly string[];
  readonly bytes: number;
}

/** A backup, and the moment that it holds. */
export interface Backup extends Copied {
  /** Everything up to this group commit is in the backup, and nothing later. */
  readonly epoch: number;
  /** Where the journal of that moment ends. */
  readonly segment: number;
  readonly offset: number;
}

const { FLUSHED, FLUSHED_PLACES } = LAYOUT.superblock;
const { FlushedPlace, FLUSHED_PLACE } = LAYOUT.journal;

/** Between two looks whether a checkpoint has come to its end. */
const LOOK_MS = 10;

/** The flushed epoch and its place, read as one. */
function placeIn(words: Uint32Array): Cut & { epoch: number } {
  const halves = new BigUint64Array(words.buffer);
  for (;;) {
    const flushed = Atomics.load(halves, FLUSHED >>> 3);
    const place = FLUSHED_PLACES + Number(flushed & 1n) * FLUSHED_PLACE;
    const segment = Atomics.load(words, (place + FlushedPlace.segment) >>> 2);
    const offset = Atomics.load(words, (place + FlushedPlace.offset) >>> 2);
    if (Atomics.load(halves, FLUSHED >>> 3) === flushed) {
      return { epoch: Number(flushed >> 1n), segment, offset };
    }
  }
}

/** Waits while a checkpoint, or another backup, is being taken. */
async function holdCheckpoints<K, V>({ core }: Session<K, V>, check: () => void): Promise<void> {
  while (!core.holdCheckpoints()) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    check();
  }
}

/** See Store.backup. */
export async function backup<K, V>(
  session: Session<K, V>, from: string, to: string, options: LongOptions | undefined,
): Promise<Backup> {
  if (typeof to !== 'string' || to === '') throw new TypeError('backup needs a directory');
  const given = checkNames(options, ['signal', 'onProgress'], 'backup');
  checkLong(given);
  session.beginRead();
  if (!session.flushing.hasFiles) {
    throw new MillraceError('UNSUPPORTED', 'A store in memory has no files: export it.');
  }
  const { signal, onProgress } = given;
  const check = (): void => {
    signal?.throwIfAborted();
    session.beginRead();
    if (session.core.isPoisoned) throw failureIn(session.core.words);
  };
  check();
  await holdCheckpoints(session, check);
  try {
    await session.flushing.flushed('flushed', signal);
    const { epoch, ...cut } = placeIn(session.core.words);
    const report = onProgress && ((done: number, total: number): void =>
      onProgress({ phase: 'copy', done, total }));
    return { ...await copyStore({ from, to, cut, check, onProgress: report }), epoch, ...cut };
  } finally {
    session.core.releaseCheckpoints();
  }
}
