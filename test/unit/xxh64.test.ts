// The checksum of the host against that of the model checker, which share no code.

import { expect, test } from 'vitest';
import { lowSumWithout, xxh64 } from '../../src/xxh64.js';
import { checksum } from '../mc/files/checksum.js';
import { randomFrom } from '../ops/salvages.js';

const START = 8;

test('the checksum of words, from any place on', () => {
  const random = randomFrom(7);
  for (let bytes = 0; bytes < 600; bytes += 8) {
    const all = Uint8Array.from({ length: START + bytes }, () => random(256));
    const view = new DataView(all.buffer);
    const sum = checksum(all.slice(START));
    expect(xxh64(view, START, bytes)).toBe(sum);
    expect(lowSumWithout(view, START, bytes, -1)).toBe(Number(sum & 0xffffffffn));
    if (bytes < 16) continue;
    const without = all.slice(START);
    without.fill(0, 12, 16);
    expect(lowSumWithout(view, START, bytes, START + 8))
      .toBe(Number(checksum(without) & 0xffffffffn));
  }
});
