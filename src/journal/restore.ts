/**
 * From a directory to a region: a new one is formatted and gets its first files; an old one is
 * loaded and replayed. Runs in a thread of its own, because it may take seconds.
 */
import { Core } from '../core.js';
import type { Sizes } from '../core.js';
import { MillraceError } from '../errors.js';
import { check } from '../inspect/check.js';
import { LAYOUT } from '../layout.js';
import { allocate, createRegion, nameRegion } from '../region.js';
import type { WasiOn } from '../region.js';
import { SERVICE_SLOTS_WITH_FILES, kibFor } from '../sizes.js';
import type { Grant } from '../supervisor/answer.js';
import { failureIn, IMAGE, PAGES } from './failure.js';
import { holdsStore } from './files.js';
import type { StoreFiles } from './files.js';
import { HEAD_BYTES, regionKib } from './head.js';

/** What the opener wants of the directory. Can be posted. */
export interface Wanted {
  /** For a new store. */
  readonly sizes: Sizes;
  /** What an old store must agree with; undefined: with nothing. */
  readonly maxMemory?: number;
  readonly slots?: number;
  /** What is checked before the store opens: what is followed at once, or everything. */
  readonly verify: 'lazy' | 'full';
  readonly createIfMissing: boolean;
  readonly errorIfExists: boolean;
}

/** Gets the memory that is being filled. */
export type Watch = (memory: WebAssembly.Memory) => void;

/** A region that is ready, with the slot for its first supervisor. */
export interface Restored {
  readonly memory: WebAssembly.Memory;
  readonly first: Grant;
}

const { Superblock, CHECKPOINT_KIB } = LAYOUT.superblock;

/** The slot whose block is part of every region. */
const FIRST_SLOT = 1;

function refuse(code: 'ENOENT' | 'EEXIST', what: string): MillraceError {
  const cause = Object.assign(new Error(code), { code });
  return new MillraceError('IO_ERROR', what, { cause });
}

function create(module: WebAssembly.Module, wasiOn: WasiOn, { sizes }: Wanted): Restored {
  const core = createRegion(module, sizes, wasiOn);
  if (!core.createJournal()) throw failureIn(core.words);
  return readied(core);
}

/** Making and loading files leave every slot to a new life. */
function readied(core: Core): Restored {
  const { memory } = core;
  return { memory, first: { slot: FIRST_SLOT, generation: core.takeSlot(FIRST_SLOT) } };
}

/** Options that the store was made with, and that are given again, must be the same. */
function compare(name: string, given: number | undefined, kept: number): void {
  if (given === undefined || given === kept) return;
  throw new MillraceError('LAYOUT_MISMATCH',
    `The store was made with ${name} ${kept}, which cannot become ${given}.`, { file: IMAGE });
}

/** @throws MillraceError CORRUPT when a rule of the region is broken. */
function checkAll({ buffer }: WebAssembly.Memory): void {
  const [problem] = check(buffer, true).problems;
  if (problem === undefined) return;
  throw new MillraceError('CORRUPT',
    `The store breaks a rule at ${problem.where}: ${problem.message}.`, { file: PAGES });
}

async function load(
  module: WebAssembly.Module, files: StoreFiles, wasiOn: WasiOn, wanted: Wanted, watch?: Watch,
): Promise<Restored> {
  const kib = regionKib(await files.read(IMAGE, 0, HEAD_BYTES));
  compare('maxMemory', wanted.maxMemory && kibFor(wanted.maxMemory) * 1024, kib * 1024);
  const memory = allocate(kib);
  const core = new Core(module, memory, wasiOn(memory));
  watch?.(memory);
  const isLazy = wanted.verify === 'lazy';
  if (!core.loadJournal(isLazy)) throw failureIn(core.words);
  if (!isLazy) checkAll(memory);
  compare('slots', wanted.slots,
    core.words[Superblock.slots >>> 2] - SERVICE_SLOTS_WITH_FILES);
  nameRegion(core);
  const { lingerMs, segmentKib, checkpointKib } = wanted.sizes;
  core.words[Superblock.lingerMs >>> 2] = lingerMs;
  core.words[Superblock.segmentKib >>> 2] = segmentKib;
  core.words[CHECKPOINT_KIB >>> 2] = checkpointKib;
  return readied(core);
}

/**
 * Makes the region of the store in a directory, or of a new one.
 * @throws MillraceError CORRUPT, LAYOUT_MISMATCH, IO_ERROR or UNSUPPORTED; TypeError when the sizes
 *   of a new store do not fit.
 */
export async function restore(
  module: WebAssembly.Module, files: StoreFiles, wasiOn: WasiOn, wanted: Wanted, watch?: Watch,
): Promise<Restored> {
  if (await holdsStore(files)) {
    if (wanted.errorIfExists) throw refuse('EEXIST', 'The directory holds a store already.');
    return load(module, files, wasiOn, wanted, watch);
  }
  if (!wanted.createIfMissing) throw refuse('ENOENT', 'The directory holds no store.');
  return create(module, wasiOn, wanted);
}
