/**
 * stats(): what can be told about a region in a moment, also while others change it. Numbers of
 * different slots may be of slightly different times; counting keys is the business of check().
 */
import { MillraceError } from '../errors.js';
import { LAYOUT } from '../layout.js';
import { Findings } from './findings.js';
import { frameAddress, readGeometry, slotAddress, type Geometry } from './geometry.js';
import { journalStats } from './journal.js';
import type { JournalStats } from './journal.js';
import { Region } from './region.js';
import { readSlots } from './slots.js';

/** The counters of a slot, in their order in its last line (assembly/sync/counters.ts). */
const COUNTER_NAMES = [
  'puts', 'removes', 'splits', 'layers', 'retries', 'recoveries', 'cleaned', 'relinked',
] as const;

/** What the incarnations of a slot, or all slots together, have done. */
export type Counters = Readonly<Record<(typeof COUNTER_NAMES)[number], number>>;

export interface Stats {
  /** Sums over all slots. */
  readonly counters: Counters;
  /** Slots that have been in use: the incarnation of now, whether it is taken, its counters. */
  readonly slots: readonly {
    readonly slot: number; readonly generation: number; readonly taken: boolean;
    readonly counters: Counters;
  }[];
  readonly slotsInUse: number;
  readonly epoch: number;
  readonly frames: {
    readonly open: number; readonly sealed: number; readonly limbo: number; readonly free: number;
    /** Frames of messages, open or sealed. */
    readonly stream: number;
  };
  /** How far the files have come; undefined for a store in memory. */
  readonly journal: JournalStats | undefined;
  /** Free bytes of the heap, and how many of them stand together at most. */
  readonly bytes: {
    readonly region: number; readonly free: number; readonly largestFree: number;
  };
}

function countersOf(region: Region, lines: number): Counters {
  const at = lines + LAYOUT.slot.COUNTERS;
  return Object.fromEntries(COUNTER_NAMES.map((name, i) =>
    [name, Number(region.u64(at + 8 * i))])) as Counters;
}

function sumOf(all: readonly Counters[]): Counters {
  return Object.fromEntries(COUNTER_NAMES.map((name) =>
    [name, all.reduce((sum, counters) => sum + counters[name], 0)])) as Counters;
}

function framesOf(region: Region, geometry: Geometry): Stats['frames'] {
  const {
    FRAME_OPEN, FRAME_SEALED, FRAME_LIMBO, FRAME_STREAM, FRAME_STREAM_SEALED, FRAME_USE,
  } = LAYOUT.tables;
  const states = Array.from({ length: geometry.frames }, (_, i) =>
    region.u32(frameAddress(geometry, i + 1) + FRAME_USE));
  const count = (state: number): number => states.filter((other) => other === state).length;
  return {
    open: count(FRAME_OPEN), sealed: count(FRAME_SEALED), limbo: count(FRAME_LIMBO),
    free: count(0), stream: count(FRAME_STREAM) + count(FRAME_STREAM_SEALED),
  };
}

/**
 * Reads the region's counters. O(slots + frames). Throws MillraceError CORRUPT if the memory holds
 * no region.
 */
export function stats(memory: ArrayBufferLike): Stats {
  const region = new Region(memory);
  const findings = new Findings();
  const geometry = readGeometry(region, findings);
  if (geometry === undefined) throw new MillraceError('CORRUPT', findings.problems[0].message);
  const slots = readSlots(region, geometry).filter(({ block }) => block !== 0).map((slot) => ({
    slot: slot.number, generation: slot.generation, taken: slot.isOwned,
    counters: countersOf(region, slotAddress(geometry, slot.number)),
  }));
  const unit = 2 ** geometry.unitShift;
  const best = region.u8(geometry.buddyTree + 1);
  return {
    counters: sumOf(slots.map(({ counters }) => counters)),
    slots,
    slotsInUse: slots.filter(({ taken }) => taken).length,
    epoch: Number(region.u64(LAYOUT.superblock.EPOCH)),
    frames: framesOf(region, geometry),
    journal: journalStats(region),
    bytes: {
      region: geometry.bytes,
      free: Number(region.u64(LAYOUT.superblock.FREE_UNITS)) * unit,
      largestFree: best === 0 ? 0 : unit * 2 ** (best - 1),
    },
  };
}
