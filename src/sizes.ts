/**
 * From the options of a user to the sizes of a region. A region is formatted once, so what is
 * chosen here holds for its life.
 */
import type { Sizes } from './core.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const PAGE = 64 * KIB;

/** One page behind the region stays unused, so that no access near its end can wrap. */
const PAGES_MAX = 65535;

export const MEMORY_MIN: number = MIB;
export const MEMORY_MAX: number = 65536 * PAGE;
export const MEMORY_DEFAULT: number = 1024 * MIB;

/** The largest region, in KiB. */
export const KIB_MAX: number = PAGES_MAX * 64;

/** Slots of our own threads: two supervisors, and with files two journal workers. */
export const SERVICE_SLOTS = 2;
export const SERVICE_SLOTS_WITH_FILES = 4;

/** Lock words name a slot in 8 bits, and 0 is nobody. */
export const SLOTS_MAX: number = 255 - SERVICE_SLOTS_WITH_FILES;
export const SLOTS_DEFAULT = 64;

/** The largest power of two that is at most `bytes / divisor`, within bounds. */
function share(bytes: number, divisor: number, least: number, most: number): number {
  const power = 2 ** Math.floor(Math.log2(bytes / divisor));
  return Math.min(most, Math.max(least, power));
}

/** How often a commit is written when nobody waits for it, in milliseconds. */
export const FLUSH_INTERVAL_DEFAULT = 10;

/** KiB of the region that takes at most so many bytes. */
export function kibFor(maxMemory: number): number {
  return Math.min(KIB_MAX, Math.floor(maxMemory / PAGE) * 64);
}

/** The least that may be written between two checkpoints, in bytes. */
export const CHECKPOINT_MIN: number = 256 * KIB;

/** How much journal is written between two checkpoints, for a region of so many bytes. */
function checkpointDefault(bytes: number): number {
  return share(bytes, 4, 2 * MIB, 256 * MIB);
}

/**
 * Sizes for a region of at most `maxMemory` bytes and `slots` instances of the user's.
 * Everything that an instance needs for itself shrinks with the region, down to about 64 KiB.
 */
export function sizesFor(
  maxMemory: number, slots: number, hasFiles = false, checkpointBytes?: number,
): Sizes {
  const kib = kibFor(maxMemory);
  const bytes = kib * KIB;
  const checkpoint = checkpointBytes ?? checkpointDefault(bytes);
  const isLarge = bytes >= 256 * MIB;
  return {
    kib,
    slots: slots + (hasFiles ? SERVICE_SLOTS_WITH_FILES : SERVICE_SLOTS),
    width: 12,
    unitShift: 12,
    frameShift: isLarge ? 18 : Math.log2(share(bytes, 1024, 4 * KIB, 256 * KIB)),
    ringBytes: share(bytes, 256, 4 * KIB, MIB),
    locks: share(bytes, 128 * KIB, 32, 4096),
    runNodes: share(bytes, 256 * KIB, 16, 64),
    keyBytes: 4096 + 64,
    outputBytes: share(bytes, 4096, 2 * KIB, 64 * KIB),
    identities: share(bytes, 64 * KIB, 16, 4096),
    spins: 100,
    journal: hasFiles ? 1 : 0,
    lingerMs: FLUSH_INTERVAL_DEFAULT,
    // Whole segments are removed: with two of them between checkpoints the journal stays bounded.
    segmentKib: share(checkpoint, 2, CHECKPOINT_MIN / 2, 64 * MIB) / KIB,
    checkpointKib: Math.floor(checkpoint / KIB),
  };
}
