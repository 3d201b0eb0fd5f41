// The checksum of the files, computed by the harness: XXH64 with seed 0, of whole words.

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;
/** Lanes of eight bytes make a stripe. */
const LANES = 4;
const WORD = 8;

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotated = (value: bigint, by: bigint): bigint => u64(value << by) | (value >> (64n - by));
const round = (lane: bigint, input: bigint): bigint =>
  u64(rotated(u64(lane + input * PRIME_2), 31n) * PRIME_1);
const merged = (sum: bigint, lane: bigint): bigint =>
  u64((sum ^ round(0n, lane)) * PRIME_1 + PRIME_4);

/** The checksum of these bytes, a multiple of 8. O(bytes). */
export function checksum(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words = Array.from({ length: bytes.length / WORD }, (_, i) =>
    view.getBigUint64(i * WORD, true));
  const striped = words.length - words.length % LANES;
  let sum = PRIME_5;
  if (striped > 0) {
    const lanes = [u64(PRIME_1 + PRIME_2), PRIME_2, 0n, u64(-PRIME_1)];
    for (let i = 0; i < striped; i++) lanes[i % LANES] = round(lanes[i % LANES], words[i]);
    const [one, two, three, four] = lanes;
    sum = u64(rotated(one, 1n) + rotated(two, 7n) + rotated(three, 12n) + rotated(four, 18n));
    sum = lanes.reduce(merged, sum);
  }
  sum = u64(sum + BigInt(bytes.length));
  for (const word of words.slice(striped)) {
    sum = u64(rotated(sum ^ round(0n, word), 27n) * PRIME_1 + PRIME_4);
  }
  sum = u64((sum ^ (sum >> 33n)) * PRIME_2);
  sum = u64((sum ^ (sum >> 29n)) * PRIME_3);
  return sum ^ (sum >> 32n);
}
