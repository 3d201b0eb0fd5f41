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

/** Lock words name a slot in 8 bits, 0 is nobody, and the supervisor's two threads have slots. */
export const SUPERVISOR_SLOTS = 2;
export const SLOTS_MAX: number = 255 - SUPERVISOR_SLOTS;
export const SLOTS_DEFAULT = 64;

/** The largest power of two that is at most `bytes / divisor`, within bounds. */
function share(bytes: number, divisor: number, least: number, most: number): number {
  const power = 2 ** Math.floor(Math.log2(bytes / divisor));
  return Math.min(most, Math.max(least, power));
}

/**
 * Sizes for a region of at most `maxMemory` bytes and `slots` instances of the user's.
 * Everything that an instance needs for itself shrinks with the region, down to about 64 KiB.
 */
export function sizesFor(maxMemory: number, slots: number): Sizes {
  const pages = Math.min(PAGES_MAX, Math.floor(maxMemory / PAGE));
  const bytes = pages * PAGE;
  const isLarge = bytes >= 256 * MIB;
  return {
    kib: pages * 64,
    slots: slots + SUPERVISOR_SLOTS,
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
  };
}
