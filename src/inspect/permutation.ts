/** Permutation words as an inspection sees them: decoded without the core's own functions. */
import { LAYOUT } from '../layout.js';

const { WIDTH_MAX } = LAYOUT.node;

/** The slots of the entries in key order; undefined if the word is none that a node can have. */
export function decodePermutation(word: bigint, width: number): number[] | undefined {
  const low = Number(word & 0xffffffffn);
  const high = Number((word >> 32n) & 0xffffffffn);
  const count = low & 15;
  if (count > width) return undefined;
  const slots: number[] = [];
  let seen = 0;
  let live = 0;
  for (let i = 0; i < WIDTH_MAX; i++) {
    // Nibbles 1 to 7 stand in the lower half, the rest in the upper one.
    const slot = (i < 7 ? low >>> (4 * i + 4) : high >>> (4 * (i - 7))) & 15;
    seen |= 1 << slot;
    if (i >= count) continue;
    slots.push(slot);
    live |= 1 << slot;
  }
  const isPermutation = seen === 2 ** WIDTH_MAX - 1;
  return isPermutation && live === high >>> 20 ? slots : undefined;
}
