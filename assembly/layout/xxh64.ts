// XXH64, seed 0: the checksum of everything in the files. Source: Y. Collet, "xxHash fast digest
// algorithm", version 0.1.1 of the specification. Lengths are multiples of 8 here, so the steps for
// single bytes are left out.

@inline export const STRIPE: u32 = 32;

@inline const PRIME_1: u64 = 0x9e3779b185ebca87;
@inline const PRIME_2: u64 = 0xc2b2ae3d27d4eb4f;
@inline const PRIME_3: u64 = 0x165667b19e3779f9;
@inline const PRIME_4: u64 = 0x85ebca77c2b2ae63;
@inline const PRIME_5: u64 = 0x27d4eb2f165667c5;

/** A checksum in the making: four lanes, and how many bytes they have seen. */
@unmanaged export class Lanes {
  lane1: u64;
  lane2: u64;
  lane3: u64;
  lane4: u64;
  total: u64;
}

@inline function round(lane: u64, input: u64): u64 {
  return rotl<u64>(lane + input * PRIME_2, 31) * PRIME_1;
}
@inline function merge(sum: u64, lane: u64): u64 {
  return (sum ^ round(0, lane)) * PRIME_1 + PRIME_4;
}

export function startSum(lanes: Lanes): void {
  lanes.lane1 = PRIME_1 + PRIME_2;
  lanes.lane2 = PRIME_2;
  lanes.lane3 = 0;
  lanes.lane4 = 0 - PRIME_1;
  lanes.total = 0;
}
/** Takes in whole stripes: `bytes` is a multiple of STRIPE. */
export function addStripes(lanes: Lanes, from: usize, bytes: usize): void {
  let lane1 = lanes.lane1, lane2 = lanes.lane2, lane3 = lanes.lane3, lane4 = lanes.lane4;
  for (let p = from, end = from + bytes; p < end; p += STRIPE) {
    lane1 = round(lane1, load<u64>(p));
    lane2 = round(lane2, load<u64>(p, 8));
    lane3 = round(lane3, load<u64>(p, 16));
    lane4 = round(lane4, load<u64>(p, 24));
  }
  lanes.lane1 = lane1;
  lanes.lane2 = lane2;
  lanes.lane3 = lane3;
  lanes.lane4 = lane4;
  lanes.total += bytes;
}
/** The checksum of all stripes and of `bytes` more bytes, fewer than a stripe, a multiple of 8. */
export function endSum(lanes: Lanes, from: usize, bytes: usize): u64 {
  const striped = lanes.total > 0
    ? joined(lanes.lane1, lanes.lane2, lanes.lane3, lanes.lane4)
    : PRIME_5;
  return finished(striped + lanes.total + bytes, from, bytes);
}
@inline function joined(lane1: u64, lane2: u64, lane3: u64, lane4: u64): u64 {
  const sum = rotl<u64>(lane1, 1) + rotl<u64>(lane2, 7) + rotl<u64>(lane3, 12) +
    rotl<u64>(lane4, 18);
  return merge(merge(merge(merge(sum, lane1), lane2), lane3), lane4);
}
/** Takes in the last bytes, fewer than a stripe. */
@inline function finished(start: u64, from: usize, bytes: usize): u64 {
  let sum = start;
  for (let p = from, end = from + bytes; p < end; p += 8) {
    sum = rotl<u64>(sum ^ round(0, load<u64>(p)), 27) * PRIME_1 + PRIME_4;
  }
  sum = (sum ^ (sum >> 33)) * PRIME_2;
  sum = (sum ^ (sum >> 29)) * PRIME_3;
  return sum ^ (sum >> 32);
}
/** The same as sumOf, of so few bytes that lanes in memory would take longest. */
export function shortSum(from: usize, bytes: usize): u64 {
  const end = from + bytes;
  let p = from;
  let sum = PRIME_5;
  if (bytes >= STRIPE) {
    let lane1 = PRIME_1 + PRIME_2, lane2 = PRIME_2, lane3: u64 = 0, lane4 = 0 - PRIME_1;
    for (; p + STRIPE <= end; p += STRIPE) {
      lane1 = round(lane1, load<u64>(p));
      lane2 = round(lane2, load<u64>(p, 8));
      lane3 = round(lane3, load<u64>(p, 16));
      lane4 = round(lane4, load<u64>(p, 24));
    }
    sum = joined(lane1, lane2, lane3, lane4);
  }
  return finished(sum + bytes, p, end - p);
}
/** The checksum of `bytes` bytes, a multiple of 8. */
export function sumOf(lanes: Lanes, from: usize, bytes: usize): u64 {
  const stripes = bytes & ~(<usize>STRIPE - 1);
  startSum(lanes);
  addStripes(lanes, from, stripes);
  return endSum(lanes, from + stripes, bytes - stripes);
}
