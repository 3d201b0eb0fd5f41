/**
 * How far the files of a store have come.
 */
import { LAYOUT } from '../layout.js';
import type { Region } from './region.js';

const {
  Superblock, CHECKPOINTS, FLUSHED, FLUSHED_PLACES, SYNCED, LIFE, POISON,
} = LAYOUT.superblock;
const { FlushedPlace, FLUSHED_PLACE } = LAYOUT.journal;

/** Numbers of a moment; those of epochs count group commits. */
export interface JournalStats {
  /** A number that no other opening of these files has had. */
  readonly life: number;
  /** The last epoch that is written, and the last one that is synced. */
  readonly flushedEpoch: number;
  readonly syncedEpoch: number;
  /** Where the next block goes: number of the file, and place in it in bytes. */
  readonly segment: number;
  readonly offset: number;
  /** Checkpoints that were taken since the files were opened. */
  readonly checkpoints: number;
  /** Whether a file has failed, so that nothing becomes durable any more. */
  readonly isPoisoned: boolean;
}

/** Undefined for a store in memory. */
export function journalStats(region: Region): JournalStats | undefined {
  if (region.u32(Superblock.journal) === 0) return undefined;
  // The epoch, and in the last bit which of two places belongs to it.
  const flushed = region.u64(FLUSHED);
  const place = FLUSHED_PLACES + Number(flushed & 1n) * FLUSHED_PLACE;
  return {
    life: region.u32(LIFE),
    flushedEpoch: Number(flushed >> 1n),
    syncedEpoch: Number(region.u64(SYNCED)),
    segment: region.u32(place + FlushedPlace.segment),
    offset: region.u32(place + FlushedPlace.offset),
    checkpoints: region.u32(CHECKPOINTS),
    isPoisoned: region.u32(POISON) !== 0,
  };
}
