// What every operation of a search has committed: its redo record, read from the ring of its slot
// just before the commit store. The records up to an epoch, applied one after the other by code of
// the harness, are the sequential model that every crash is compared with.

import type { RegionMemory } from '../region-memory.js';

/** A word that a record sets. */
type Word = readonly [address: number, value: bigint];

export interface Committed {
  readonly tag: number;
  readonly ticket: number;
  readonly words: readonly Word[];
}

const HEADER = 32;
const ZERO = 1 << 30;
const WORDS_MASK = (1 << 30) - 1;

/** The redo record at this address: entries, zeros and staged bytes as words, in order. */
export function readRecord(memory: RegionMemory, record: number): Committed {
  const words: Word[] = [];
  const take = (address: number, from: number): void => {
    words.push([address, memory.load64(from)]);
  };
  const staged = memory.load32(record + 24);
  for (let at = 0; at < memory.load32(record + 28); at += 8) take(staged + at, staged + at);
  const end = record + memory.load32(record + 16);
  let p = record + HEADER + Math.ceil(memory.load32(record + 20) / 2) * 8;
  while (p < end) {
    const to = memory.load32(p);
    const about = memory.load32(p + 4);
    p += 8;
    for (let k = 0; k < (about & WORDS_MASK); k++) {
      if (about & ZERO) words.push([to + 8 * k, 0n]);
      else take(to + 8 * k, p + 8 * k);
    }
    if (!(about & ZERO)) p += 8 * (about & WORDS_MASK);
  }
  return {
    tag: Number(memory.load64(record)), ticket: Number(memory.load64(record + 8)), words,
  };
}
