// What every operation of a search has committed: its redo record, read from the ring of its slot
// just before the commit store. The records up to an epoch, applied one after the other by code of
// the harness, are the sequential model that every crash is compared with.

import type { RegionMemory } from '../region-memory.js';
import { checksum } from './checksum.js';

/** A word that a record sets. */
type Word = readonly [address: number, value: bigint];

export interface Committed {
  readonly tag: number;
  readonly ticket: number;
  readonly words: readonly Word[];
  /** Which of the words hold the checksum of a log record, once the record is drained. */
  readonly sums: readonly number[];
}

const HEADER = 32;
const STAGED = 24;
const STAGED_RECORDS = 1;
/** Of a log record: the word with the sum in its upper half. */
const SUM_WORD = 8;
const ZERO = 1 << 30;
const WORDS_MASK = (1 << 30) - 1;

/** The words of log records that hold their checksums, as the journal has to have them. */
function sumWords(memory: RegionMemory, from: number, end: number): Word[] {
  const words: Word[] = [];
  for (let p = from; p < end; p += memory.load32(p)) {
    const bytes = new BigInt64Array(memory.load32(p) / 8);
    for (let k = 0; k < bytes.length; k++) bytes[k] = memory.load64(p + 8 * k);
    bytes[SUM_WORD / 8] &= 0xffffffffn;
    const sum = checksum(new Uint8Array(bytes.buffer));
    words.push([p + SUM_WORD, BigInt.asIntN(64, bytes[SUM_WORD / 8] | (sum << 32n))]);
  }
  return words;
}

/** The redo record at this address: entries, zeros and staged bytes as words, in order. */
export function readRecord(memory: RegionMemory, record: number): Committed {
  const words: Word[] = [];
  const take = (address: number, from: number): void => {
    words.push([address, memory.load64(from)]);
  };
  const staged = memory.load32(record + STAGED);
  const from = staged & ~STAGED_RECORDS;
  const stagedEnd = from + memory.load32(record + STAGED + 4);
  for (let at = from; at < stagedEnd; at += 8) take(at, at);
  const sums = staged & STAGED_RECORDS ? sumWords(memory, from, stagedEnd) : [];
  words.push(...sums);
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
    sums: sums.map(([address]) => address),
  };
}
