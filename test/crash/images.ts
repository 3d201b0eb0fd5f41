// Fingerprints of regions, so that states that many stops lead to are judged once. What nobody will
// ever read again is left out: an owner's scratch, and a redo ring that was applied; with a journal
// the next record goes behind the last one, so there the ring counts.

import { LAYOUT } from '../../src/layout.js';
import { mixHigh, mixLow } from '../mc/arrays.js';
import { sharedBytes, type Machine } from './machine.js';

const { BLOCK, ST } = LAYOUT.slot;
const { Superblock } = LAYOUT.superblock;
const COMMITTED = Number(LAYOUT.stateWord.COMMITTED);

/** Bytes up to the last word that is not zero. */
export function usedBytes({ signed }: Machine): number {
  let words = signed.length;
  while (words > 0 && signed[words - 1] === 0) words--;
  return words * 4;
}

/** Word ranges [from, to) below `end` that count, in order. */
function countingRanges(machine: Machine, end: number): [number, number][] {
  const { sizes, words } = machine;
  const blockBytes = words[Superblock.blockBytes >> 2];
  const frames = Math.floor((sizes.kib * 1024) / 2 ** sizes.frameShift);
  const shared = sharedBytes(sizes);
  const left: [number, number][] = [];
  for (let slot = 1; slot <= sizes.slots; slot++) {
    const block = machine.slotField(slot, BLOCK);
    if (block === 0) continue;
    const isCommitted = (machine.slotField(slot, ST) & COMMITTED) !== 0;
    // Notes and ring stand before the dead-bytes counters, scratch behind them.
    if (!isCommitted && sizes.journal === 0) {
      left.push([block, block + shared - Math.ceil(frames / 16) * 64]);
    }
    left.push([block + shared, block + blockBytes]);
  }
  left.sort(([a], [b]) => a - b);
  const ends = [0, ...left.map(([, to]) => to)];
  const starts = [...left.map(([from]) => from), end];
  return ends.map((from, i) => [from >> 2, Math.min(starts[i], end) >> 2]);
}

/** 53 bits over all words below `end` bytes that somebody may read. */
export function fingerprint(machine: Machine, end: number): number {
  // Signed words, because the engine keeps those as plain integers.
  const words = machine.signed;
  let low = 0x2545f491;
  let high = 0x1b873593;
  for (const [from, to] of countingRanges(machine, end)) {
    for (let i = from; i < to; i++) {
      low = Math.imul(low ^ words[i], 0x01000193);
      high = Math.imul(high + words[i], 0x85ebca6b) ^ (high >>> 15);
    }
  }
  return (mixLow(low) >>> 0) * 2 ** 21 + (mixHigh(high) >>> 11);
}
