/**
 * Sizes and addresses of a region, as its superblock states them. They are computed here a second
 * time, from the sizes alone: an inspection believes nothing that follows from something else.
 */
import { LAYOUT } from '../layout.js';
import { hex, type Findings } from './findings.js';
import type { Region } from './region.js';

const { Superblock: FIELD, MAGIC, FORMAT_VERSION, SUPERBLOCK_BYTES } = LAYOUT.superblock;
const { NODE_BYTES, WIDTH_MAX } = LAYOUT.node;
const { PAGE_ENTRY, DIRTY_BYTES } = LAYOUT.pages;

type SizeField = Exclude<keyof typeof FIELD, 'magic' | 'storeId' | 'BYTES'>;

/** The u32 fields of the superblock and what follows from them; addresses are region offsets. */
export interface Geometry extends Readonly<Record<SizeField, number>> {
  /** Bytes of the region. */
  readonly bytes: number;
  /** Units of the heap that lie inside the region. */
  readonly available: number;
  /** Where a slot's dead-bytes counters stand in its block. */
  readonly deadOffset: number;
}

const MOST_SLOTS = 255;
const LEAST_WIDTH = 3;

const alignUp = (value: number, to: number): number => Math.ceil(value / to) * to;

const isPowerOfTwo = (value: number): boolean =>
  value > 0 && 2 ** Math.round(Math.log2(value)) === value;

/** Whether the sizes, from which all else follows, are ones that `format` accepts. */
function sizesAreSane(sizes: Record<SizeField, number>, memoryBytes: number): boolean {
  const { kib, slots, width, unitShift, frameShift } = sizes;
  return kib > 0 && kib * 1024 <= memoryBytes && slots >= 1 && slots <= MOST_SLOTS &&
    width >= LEAST_WIDTH && width <= WIDTH_MAX && 2 ** unitShift >= NODE_BYTES &&
    unitShift < 28 && frameShift >= unitShift && frameShift < 28;
}

/** Offset of the dead-bytes counters, behind notes, directory and ring. */
function deadOffsetOf({ locks, ringBytes }: Record<SizeField, number>): number {
  const { RING_BYTES_PER_CELL, DIRECTORY_ENTRY } = LAYOUT.block;
  const notes = Math.max(0, locks - LAYOUT.slot.NOTES_IN_LINE) * 4;
  const cells = Math.floor(ringBytes / RING_BYTES_PER_CELL);
  return alignUp(notes, 64) + alignUp(cells * DIRECTORY_ENTRY, 64) + ringBytes;
}

/** What `format` would have written beside the sizes. */
function derivedFrom(sizes: Record<SizeField, number>): Partial<Record<SizeField, number>> {
  const bytes = sizes.kib * 1024;
  const units = 2 ** Math.ceil(Math.log2(Math.floor(bytes / 2 ** sizes.unitShift)));
  const frames = Math.floor(bytes / 2 ** sizes.frameShift);
  const slotTable = SUPERBLOCK_BYTES;
  const identityTable = slotTable + sizes.slots * LAYOUT.slot.SLOT_BYTES;
  const frameTable = identityTable + sizes.identities * LAYOUT.tables.IDENTITY_BYTES;
  const buddyTree = frameTable + frames * LAYOUT.tables.FRAME_BYTES;
  const unitKinds = buddyTree + 2 * units;
  const journalBuffer = alignUp(unitKinds + units, sizes.journal ? 2 ** sizes.unitShift : 64);
  const firstBlock = firstBlockOf({ ...sizes, journalBuffer });
  const heap = alignUp(firstBlock + sizes.blockBytes, 2 ** sizes.unitShift);
  return {
    units, frames, slotTable, identityTable, frameTable, buddyTree, unitKinds, journalBuffer, heap,
  };
}

type Volatile = Pick<Geometry, 'journal' | 'journalBuffer' | 'journalBufferBytes' | 'kib' |
  'unitShift'>;

/**
 * The address of the first slot's block, which stands before the heap: behind the two journal
 * buffers, the table of pages, the dirty map, the root and the slots in use.
 */
export function firstBlockOf(
  { journal, journalBuffer, journalBufferBytes, kib, unitShift }: Volatile,
): number {
  if (journal === 0) return journalBuffer;
  const page = 2 ** unitShift;
  const pages = Math.floor(kib * 1024 / page);
  const tablePages = Math.ceil(pages * PAGE_ENTRY / page);
  const dirty = journalBuffer + 2 * journalBufferBytes + tablePages * page;
  const root = alignUp(dirty + pages * DIRTY_BYTES, 64);
  const used = root + alignUp(LAYOUT.journal.JOURNAL_HEADER + tablePages * PAGE_ENTRY + 8, 64);
  const slots = 2 * (pages + tablePages) + 1;
  return alignUp(used + Math.ceil(slots / 32) * 4, page);
}

/** Reads the superblock. Undefined: nothing behind it can be believed. */
export function readGeometry(region: Region, findings: Findings): Geometry | undefined {
  const bad = (what: string): undefined => {
    findings.add('SUPERBLOCK', 'superblock', what);
  };
  if (region.u64(FIELD.magic) !== MAGIC) return bad('no magic number');
  if (region.u32(FIELD.formatVersion) !== FORMAT_VERSION) return bad('another format version');
  const names = Object.keys(FIELD).filter((name) => !['magic', 'storeId', 'BYTES'].includes(name));
  const sizes = Object.fromEntries(names.map((name) =>
    [name, region.u32(FIELD[name as SizeField])])) as Record<SizeField, number>;
  if (!sizesAreSane(sizes, region.bytes)) return bad('a size is out of its range');
  for (const [name, value] of Object.entries(derivedFrom(sizes))) {
    if (sizes[name as SizeField] !== value) {
      return bad(`${name} is ${hex(sizes[name as SizeField])} and not ${hex(value)}`);
    }
  }
  const bytes = sizes.kib * 1024;
  const deadOffset = deadOffsetOf(sizes);
  if (sizes.heap >= bytes) return bad('the heap begins behind the region');
  if (!isPowerOfTwo(sizes.ringBytes)) return bad('the ring is no power of two');
  if (deadOffset + sizes.frames * 4 > sizes.blockBytes) return bad('a block is too small');
  const available = Math.floor((bytes - sizes.heap) / 2 ** sizes.unitShift);
  return { ...sizes, bytes, available, deadOffset };
}

/** Address of the lines of a slot; slots count from 1. */
export function slotAddress({ slotTable }: Geometry, slot: number): number {
  return slotTable + (slot - 1) * LAYOUT.slot.SLOT_BYTES;
}
/** Address of the table entry of a frame; frames count from 1. */
export function frameAddress({ frameTable }: Geometry, frame: number): number {
  return frameTable + (frame - 1) * LAYOUT.tables.FRAME_BYTES;
}
