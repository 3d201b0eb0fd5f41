/**
 * XXH64 with seed 0 of whole words of 8 bytes: the checksum of everything in a store's files. The
 * core has its own; this one is for those who read files and regions without it. In halves of 32
 * bits, because numbers of 64 bits are slow here.
 * Source: Y. Collet, "xxHash fast digest algorithm", version 0.1.1 of the specification.
 */

/** The primes of the algorithm, high and low halves. */
const P1H = 0x9e3779b1, P1L = 0x85ebca87;
const P2H = 0xc2b2ae3d, P2L = 0x27d4eb4f;
const P3H = 0x165667b1, P3L = 0x9e3779f9;
const P4H = 0x85ebca77, P4L = 0xc2b2ae63;
const P5H = 0x27d4eb2f, P5L = 0x165667c5;
const STRIPE = 32;
const WORD = 8;

/** The result of the last step: every step below leaves it here. */
let high = 0;
let low = 0;

/** Upper half of the product of two unsigned 32-bit numbers. */
function upper(a: number, b: number): number {
  const a0 = a & 0xffff, a1 = a >>> 16, b0 = b & 0xffff, b1 = b >>> 16;
  const p01 = a0 * b1, p10 = a1 * b0;
  const middle = ((a0 * b0) >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  return (a1 * b1 + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16)) | 0;
}

function multiply(h: number, l: number, byH: number, byL: number): void {
  high = (upper(l, byL) + Math.imul(h, byL) + Math.imul(l, byH)) | 0;
  low = Math.imul(l, byL);
}

function add(h: number, l: number, byH: number, byL: number): void {
  const sum = (l >>> 0) + (byL >>> 0);
  low = sum | 0;
  high = (h + byH + (sum > 0xffffffff ? 1 : 0)) | 0;
}

function rotate(h: number, l: number, by: number): void {
  high = (h << by) | (l >>> (32 - by));
  low = (l << by) | (h >>> (32 - by));
}

/** One lane takes in one word. */
function round(h: number, l: number, wordH: number, wordL: number): void {
  multiply(wordH, wordL, P2H, P2L);
  add(h, l, high, low);
  rotate(high, low, 31);
  multiply(high, low, P1H, P1L);
}

/** The running sum takes in a whole lane. */
function merge(sumH: number, sumL: number, laneH: number, laneL: number): void {
  round(0, 0, laneH, laneL);
  multiply(sumH ^ high, sumL ^ low, P1H, P1L);
  add(high, low, P4H, P4L);
}

function lastSteps(): void {
  // A shift by 33 moves the upper half into the lower one, and one bit more.
  low ^= high >>> 1;
  multiply(high, low, P2H, P2L);
  const shiftedLow = (low >>> 29) | (high << 3);
  multiply(high ^ (high >>> 29), low ^ shiftedLow, P3H, P3L);
  low ^= high;
}

/** Four lanes, low half and high half in turn, as they begin: sums and differences of primes. */
const START = [0xadc0b5d6, 0x60ea27ee, P2L, P2H, 0, 0, 0x7a143579, 0x61c8864e];
const ROTATIONS = [1, 7, 12, 18];
const lanes = new Int32Array(8);

/** All whole stripes; leaves the joined lanes. */
function stripes(view: DataView, from: number, end: number, zeroAt: number): void {
  lanes.set(START);
  for (let at = from; at < end; at += WORD) {
    const lane = ((at - from) & (STRIPE - WORD)) >> 2;
    const wordH = at === zeroAt ? 0 : view.getInt32(at + 4, true);
    round(lanes[lane + 1], lanes[lane], wordH, view.getInt32(at, true));
    lanes[lane] = low;
    lanes[lane + 1] = high;
  }
  let sumH = 0, sumL = 0;
  for (let lane = 0; lane < 8; lane += 2) {
    rotate(lanes[lane + 1], lanes[lane], ROTATIONS[lane >> 1]);
    add(sumH, sumL, high, low);
    sumH = high;
    sumL = low;
  }
  for (let lane = 0; lane < 8; lane += 2) {
    merge(sumH, sumL, lanes[lane + 1], lanes[lane]);
    sumH = high;
    sumL = low;
  }
}

/** Leaves the sum in `high` and `low`. */
function run(view: DataView, from: number, bytes: number, zeroAt: number): void {
  const striped = from + bytes - bytes % STRIPE;
  if (striped > from) stripes(view, from, striped, zeroAt);
  else {
    high = P5H;
    low = P5L;
  }
  add(high, low, Math.floor(bytes / 2 ** 32), bytes | 0);
  for (let at = striped; at < from + bytes; at += WORD) {
    const sumH = high, sumL = low;
    round(0, 0, at === zeroAt ? 0 : view.getInt32(at + 4, true), view.getInt32(at, true));
    rotate(sumH ^ high, sumL ^ low, 27);
    multiply(high, low, P1H, P1L);
    add(high, low, P4H, P4L);
  }
  lastSteps();
}

/** The checksum of so many bytes, a multiple of 8. O(bytes). */
export function xxh64(view: DataView, from: number, bytes: number): bigint {
  run(view, from, bytes, -1);
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/**
 * The low half of the same, as if 0 stood in the upper half of the word at `zeroAt`: what a log
 * record holds there. O(bytes).
 */
export function lowSumWithout(view: DataView, from: number, bytes: number, zeroAt: number): number {
  run(view, from, bytes, zeroAt);
  return low >>> 0;
}
