// check() on garbage: it never throws and it always ends, whatever the bytes are.

import { describe, expect, it } from 'vitest';
import { check, type CheckReport } from '../../src/inspect/check.js';
import { LAYOUT } from '../../src/layout.js';
import { randomFrom, type Random } from '../crash/random.js';
import { usedStage } from './inspect-support.js';

const FLIPS = 3000;
const MOST_AT_ONCE = 8;

/** An address to be damaged: half of them in superblock, slot lines and tables. */
function placeToHarm(random: Random, bytes: number, heap: number): number {
  return random(2) === 0 ? random(Math.min(heap, 8192)) : random(bytes);
}

/** Every report is one or the other, and its problems are not without end. */
function expectReport(memory: ArrayBufferLike): CheckReport {
  const report = check(memory);
  expect(report.ok).toBe(report.problems.length === 0);
  expect(report.problems.length).toBeLessThanOrEqual(201);
  return report;
}

describe('check on damaged regions', () => {
  it('survives flipped bytes', async () => {
    const { machine } = await usedStage(400);
    const image = machine.image();
    const heap = machine.words[LAYOUT.superblock.Superblock.heap >> 2];
    const random = randomFrom(1);
    let damaged = 0;
    for (let i = 0; i < FLIPS; i++) {
      machine.restore(image);
      for (let n = random(MOST_AT_ONCE); n >= 0; n--) {
        machine.bytes[placeToHarm(random, image.length, heap)] = random(256);
      }
      if (!expectReport(machine.buffer).ok) damaged++;
    }
    // Most of a toy region is free memory or scratch, which may hold anything.
    expect(damaged).toBeGreaterThan(FLIPS / 10);
  });

  it('survives words that name other places of the region', async () => {
    const { machine } = await usedStage(400);
    const image = machine.image();
    const random = randomFrom(2);
    for (let i = 0; i < FLIPS; i++) {
      machine.restore(image);
      for (let n = random(MOST_AT_ONCE); n >= 0; n--) {
        const from = random(machine.words.length);
        machine.words[random(machine.words.length)] = machine.words[from];
      }
      expectReport(machine.buffer);
    }
  });

  it('survives regions that are none', () => {
    const random = randomFrom(3);
    expect(check(new ArrayBuffer(0)).ok).toBe(false);
    expect(check(new ArrayBuffer(100)).ok).toBe(false);
    const noise = Uint8Array.from({ length: 65536 }, () => random(256));
    expect(check(noise.buffer).ok).toBe(false);
  });

  it('survives a region that was cut off at any page', async () => {
    const { machine } = await usedStage(400);
    for (let bytes = 0; bytes < machine.bytes.length; bytes += 4096) {
      expect(check(machine.bytes.slice(0, bytes).buffer).ok).toBe(false);
    }
  });

  it('survives sizes that do not fit together', async () => {
    const { machine } = await usedStage(100);
    const image = machine.image();
    const { BYTES: end } = LAYOUT.superblock.Superblock;
    for (let at = LAYOUT.superblock.Superblock.kib; at < end; at += 4) {
      for (const value of [0, 1, 255, 65536, 0x7fffffff, 0xffffffff]) {
        machine.restore(image);
        machine.words[at >> 2] = value;
        expectReport(machine.buffer);
      }
    }
  });
});
