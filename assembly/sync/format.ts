// Formats an empty region: sizes, tables, the first slot's block. Runs once, before any other
// instance knows the region, so plain stores are enough.

import { blockBytes } from "../layout/block";
import { dataOffset } from "../layout/journal";
import { volatileEnd } from "../layout/pages";
import { BLOCK, GEN, SLOT_BYTES, ST } from "../layout/slot";
import { idleState } from "../layout/state-word";
import {
  EPOCH, FORMAT_VERSION, FREE_UNITS, MAGIC, SUPERBLOCK_BYTES, alignUp, superblock,
} from "../layout/superblock";
import { FRAME_BYTES, IDENTITY_BYTES } from "../layout/tables";
import { STRIPE } from "../layout/xxh64";
import { slotLines } from "./instance";

/**
 * Writes the superblock and the tables of a zeroed region of `kib` KiB. Returns the first address
 * behind everything that is placed here, or 0 if the region is too small.
 */
export function formatRegion(
  kib: u32, slots: u32, width: u32, unitShift: u32, frameShift: u32, ringBytes: u32, locks: u32,
  runNodes: u32, keyBytes: u32, outputBytes: u32, identities: u32, spins: u32, journal: u32,
  lingerMs: u32, segmentKib: u32,
): usize {
  const sb = superblock();
  const bytes = <u64>kib << 10;
  sb.kib = kib;
  sb.slots = slots;
  sb.width = width;
  sb.unitShift = unitShift;
  sb.frameShift = frameShift;
  sb.ringBytes = ringBytes;
  sb.locks = locks;
  sb.runNodes = runNodes;
  sb.keyBytes = keyBytes;
  sb.outputBytes = outputBytes;
  sb.identities = identities;
  sb.spins = spins;
  sb.journal = journal;
  sb.lingerMs = lingerMs;
  sb.segmentKib = segmentKib;
  sb.units = powerAtLeast(<u32>(bytes >> unitShift));
  sb.frames = <u32>(bytes >> frameShift);
  sb.slotTable = <u32>SUPERBLOCK_BYTES;
  sb.identityTable = sb.slotTable + slots * <u32>SLOT_BYTES;
  sb.frameTable = sb.identityTable + identities * <u32>IDENTITY_BYTES;
  sb.buddyTree = sb.frameTable + sb.frames * <u32>FRAME_BYTES;
  sb.blockBytes = <u32>blockBytes();
  sb.unitKinds = sb.buddyTree + 2 * sb.units;
  placeJournalBuffers(journal, 1 << unitShift);
  const firstBlock = journal ? volatileEnd() : sb.journalBuffer;
  const heap = alignUp(firstBlock + sb.blockBytes, (<usize>1) << unitShift);
  if (<u64>heap >= bytes) return 0;
  sb.heap = <u32>heap;
  for (let slot: u32 = 1; slot <= slots; slot++) {
    store<u64>(slotLines(slot), idleState(1, 0), ST);
    store<u32>(slotLines(slot), 1, GEN);
  }
  store<u32>(slotLines(1), <u32>firstBlock, BLOCK);
  store<u64>(EPOCH, 1);
  formatBuddy(<u32>((bytes - heap) >> unitShift));
  sb.formatVersion = FORMAT_VERSION;
  sb.magic = MAGIC;
  return heap;
}

/**
 * In units of their own, which no checkpoint holds. The data area of each takes any redo record
 * whole, and the superblock in whole pages.
 */
function placeJournalBuffers(journal: u32, unit: usize): void {
  const sb = superblock();
  const behind = <usize>sb.unitKinds + sb.units;
  const largest = max<usize>(sb.ringBytes, max<usize>(unit, SUPERBLOCK_BYTES));
  const bytes = dataOffset(sb.slots) + largest + STRIPE;
  sb.journalBuffer = <u32>alignUp(behind, journal ? unit : 64);
  sb.journalBufferBytes = journal ? <u32>alignUp(bytes, unit) : 0;
}

/** Units of the heap are free, units that would lie behind the region are not. */
function formatBuddy(available: u32): void {
  const sb = superblock();
  const tree = <usize>sb.buddyTree;
  for (let i: u32 = 0; i < sb.units; i++) store<u8>(tree + sb.units + i, i < available ? 1 : 0);
  for (let block = sb.units - 1, order: u32 = 0; block > 0; block--) {
    order = 31 - clz(sb.units) - (31 - clz(block));
    const left = <u32>load<u8>(tree + 2 * block);
    const right = <u32>load<u8>(tree + 2 * block + 1);
    const whole = left == order && right == order;
    store<u8>(tree + block, whole ? order + 1 : max<u32>(left, right));
  }
  store<u64>(FREE_UNITS, available);
}
function powerAtLeast(n: u32): u32 {
  let power: u32 = 1;
  while (power < n) power <<= 1;
  return power;
}
