/**
 * The slots of a quiescent region: nothing is being committed, recovered or awaited, and what a
 * slot owns is intact.
 */
import { LAYOUT } from '../layout.js';
import { orderFor, type Extents } from './extents.js';
import { hex, type Findings } from './findings.js';
import { firstBlockOf, slotAddress, type Geometry } from './geometry.js';
import type { Region } from './region.js';

const S = LAYOUT.slot;
const W = LAYOUT.stateWord;

/** What the inspection of other parts needs to know about a slot. */
export interface Slot {
  readonly number: number;
  readonly generation: number;
  /** Whether an incarnation owns the slot now. */
  readonly isOwned: boolean;
  /** Greatest ticket that the slot has given. */
  readonly last: bigint;
  /** Address of its block, 0 before its first attach. */
  readonly block: number;
  readonly openFrame: number;
  readonly openTail: number;
  readonly streamFrame: number;
  readonly streamTail: number;
  /** The run of fresh nodes in use: next and end. */
  readonly magazine: { readonly next: number; readonly end: number };
  /** First node of the newest spare run, 0 = none. */
  readonly spareRun: number;
}

/** Reads one slot and nothing else. */
export function readSlot(region: Region, geometry: Geometry, number: number): Slot {
  const lines = slotAddress(geometry, number);
  const generation = region.u32(lines + S.GEN);
  return {
    number,
    generation,
    isOwned: region.u32(lines + S.OWNER) === generation,
    last: region.u64(lines + S.LAST),
    block: region.u32(lines + S.BLOCK),
    openFrame: region.u32(lines + S.OPEN_FRAME + 4),
    openTail: region.u32(lines + S.OPEN_FRAME),
    streamFrame: region.u32(lines + S.STREAM_FRAME + 4),
    streamTail: region.u32(lines + S.STREAM_FRAME),
    magazine: {
      next: region.u32(lines + S.MAGAZINE_A), end: region.u32(lines + S.MAGAZINE_A + 4),
    },
    spareRun: region.u32(lines + S.MAGAZINE_B),
  };
}

export function readSlots(region: Region, geometry: Geometry): Slot[] {
  return Array.from({ length: geometry.slots }, (_, i) => readSlot(region, geometry, i + 1));
}

/** Whether (slot, generation), as lease and identity words name it, is alive. */
export function isAlive(slots: readonly Slot[], number: number, generation: number): boolean {
  return slots[number - 1]?.generation === generation;
}

/** Checks that a slot is idle: ST belongs to the generation of now, and claims nothing. */
function checkIdle(region: Region, lines: number, slot: Slot, findings: Findings): void {
  const where = `slot ${slot.number}`;
  const st = region.u64(lines + S.ST);
  findings.expect(slot.generation >= 1 && slot.generation <= W.GENERATION_MAX, 'SLOT', where,
    `generation ${slot.generation}`);
  findings.expect(Number(st >> W.ST_GENERATION_SHIFT) === slot.generation, 'SLOT', where,
    `a death was not recovered: generation ${slot.generation}, state word ${hex(st)}`);
  findings.expect((st & W.CLAIM_MASK) === 0n, 'SLOT', where, `claimed by ${hex(st)}`);
  findings.expect((st & W.ANNOUNCED) === 0n, 'SLOT', where, 'a commit is announced');
  findings.expect((st & W.COMMITTED) === 0n, 'SLOT', where, 'a commit was not applied');
  findings.expect(slot.isOwned || region.u64(lines + S.PIN) === 0n, 'SLOT', where,
    'pinned, and nobody owns it');
}

/** Checks the slots themselves; every block takes its extent. Returns the bytes of those. */
export function checkSlots(
  region: Region, geometry: Geometry, slots: readonly Slot[], extents: Extents, findings: Findings,
): number {
  let bytes = 0;
  for (const slot of slots) {
    const lines = slotAddress(geometry, slot.number);
    const where = `block of slot ${slot.number}`;
    checkIdle(region, lines, slot, findings);
    if (slot.number === 1) {
      findings.expect(slot.block === firstBlockOf(geometry), 'SLOT', where, 'it has moved');
    } else if (slot.block !== 0) {
      const order = orderFor(geometry, geometry.blockBytes);
      bytes += extents.claim(slot.block, order, where)?.bytes ?? 0;
    }
  }
  return bytes;
}
