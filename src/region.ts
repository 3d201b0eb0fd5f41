/**
 * A region in memory: allocated at its full size and formatted. Pages that nobody has touched cost
 * address space only.
 */
import { Core } from './core.js';
import type { Sizes } from './core.js';
import { MillraceError } from './errors.js';
import { LAYOUT, LAYOUT_FINGERPRINT } from './layout.js';
import type { Wasi } from './wasi.js';

const { Superblock, FORMAT_VERSION, MAGIC, REGION_ID } = LAYOUT.superblock;

/** The 64-bit magic as the two u32 that stand in memory. */
const MAGIC_LOW = Number(MAGIC & 0xffffffffn);
const MAGIC_HIGH = Number(MAGIC >> 32n);

/** The files of a store as one instance over that memory reaches them. */
export type WasiOn = (memory: WebAssembly.Memory) => Wasi;

/**
 * Zeroed memory for a region.
 * @throws MillraceError UNSUPPORTED when the host has no shared memory of that size.
 */
export function allocate(kib: number): WebAssembly.Memory {
  const pages = kib / 64 + 1;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    throw new MillraceError('UNSUPPORTED', `This host gives no shared memory of ${kib} KiB.`,
      { cause });
  }
}

/**
 * Allocates and formats a region; the core that comes back owns slot 1.
 * @param wasiOn Left out, the region has no files.
 * @throws MillraceError UNSUPPORTED when the host has no shared memory of that size.
 * @throws TypeError when the sizes do not fit the region.
 */
export function createRegion(module: WebAssembly.Module, sizes: Sizes, wasiOn?: WasiOn): Core {
  const memory = allocate(sizes.kib);
  const core = new Core(module, memory, wasiOn?.(memory));
  if (!core.format(sizes)) {
    throw new TypeError(`maxMemory is too small for ${sizes.slots} slots of these sizes`);
  }
  // The core cannot hash its own layout; nobody else knows the region yet, so nobody sees this.
  core.words[Superblock.fingerprint >>> 2] = LAYOUT_FINGERPRINT;
  setRandom(core, Superblock.storeId);
  setRandom(core, REGION_ID);
  return core;
}

function setRandom({ words }: Core, address: number): void {
  words.set(crypto.getRandomValues(new Uint32Array(2)), address >>> 2);
}

/** Tells a region that was loaded apart from others of the same files, such as copies of them. */
export function nameRegion(core: Core): void {
  setRandom(core, REGION_ID);
}

/** Whether the memory holds a region that this version of the package has formatted. */
export function isOurRegion(memory: WebAssembly.Memory): boolean {
  if (memory.buffer.byteLength < LAYOUT.superblock.SUPERBLOCK_BYTES) return false;
  const words = new Uint32Array(memory.buffer, 0, Superblock.BYTES >>> 2);
  return words[Superblock.magic >>> 2] === MAGIC_LOW &&
    words[(Superblock.magic >>> 2) + 1] === MAGIC_HIGH &&
    words[Superblock.formatVersion >>> 2] === FORMAT_VERSION &&
    words[Superblock.fingerprint >>> 2] === LAYOUT_FINGERPRINT;
}

/**
 * A name for the region. The memory object is none: every message that carries it makes a new one.
 */
export function storeIdOf(memory: WebAssembly.Memory): string {
  return new Uint32Array(memory.buffer, REGION_ID, 2).join('-');
}
