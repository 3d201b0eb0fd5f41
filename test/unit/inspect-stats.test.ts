// stats(): the counters of a region in use.

import { describe, expect, it } from 'vitest';
import { check } from '../../src/inspect/check.js';
import { stats } from '../../src/inspect/stats.js';
import { ACTOR, FIRST, OTHER } from '../crash/stage.js';
import { emptyStage, usedStage } from './inspect-support.js';

describe('stats', () => {
  it('counts what each slot has done', async () => {
    const stage = await emptyStage();
    const before = stats(stage.machine.buffer);
    stage.put('a', '1');
    stage.put('b', '2');
    stage.put('c', '3', FIRST);
    stage.remove('b', FIRST);
    const after = stats(stage.machine.buffer);
    const putsOf = (slot: number, { slots }: typeof after): number =>
      slots.find((other) => other.slot === slot)?.counters.puts ?? -1;
    expect(putsOf(ACTOR, after) - putsOf(ACTOR, before)).toBe(2);
    expect(putsOf(FIRST, after) - putsOf(FIRST, before)).toBe(1);
    expect(after.counters.puts - before.counters.puts).toBe(3);
    expect(after.counters.removes - before.counters.removes).toBe(1);
  });

  it('agrees with check about memory', async () => {
    const { machine } = await usedStage(600);
    const report = check(machine.buffer);
    const { frames, bytes } = stats(machine.buffer);
    expect(frames).toEqual(report.frames);
    expect(bytes.region).toBe(report.bytes.region);
    expect(bytes.free).toBe(report.bytes.free);
    expect(bytes.largestFree).toBeGreaterThan(0);
    expect(bytes.largestFree).toBeLessThanOrEqual(bytes.free);
  });

  it('knows who is there', async () => {
    const stage = await emptyStage();
    expect(stats(stage.machine.buffer).slotsInUse).toBe(3);
    stage.admit(OTHER);
    expect(stats(stage.machine.buffer).slotsInUse).toBe(4);
    stage.client(FIRST).call('declareDead', OTHER, stage.generation(OTHER));
    const { slots, slotsInUse, counters } = stats(stage.machine.buffer);
    expect(slotsInUse).toBe(3);
    expect(slots).toHaveLength(4);
    expect(slots[OTHER - 1]).toMatchObject({ slot: OTHER, generation: 2, taken: false });
    expect(counters.recoveries).toBe(1);
  });

  it('throws CORRUPT where there is no region', () => {
    expect(() => stats(new ArrayBuffer(4096))).toThrow(
      expect.objectContaining({ code: 'CORRUPT' }),
    );
  });
});
