// check(): clean regions are clean, their bytes add up, and every kind of damage is named.

import { describe, expect, it } from 'vitest';
import { check, type CheckReport } from '../../src/inspect/check.js';
import type { ProblemCode } from '../../src/inspect/findings.js';
import { LAYOUT } from '../../src/layout.js';
import { ACTOR, OTHER, type Stage } from '../crash/stage.js';
import { emptyStage, usedStage } from './inspect-support.js';

const N = LAYOUT.node;
const T = LAYOUT.tables;
const { Superblock } = LAYOUT.superblock;

const sumOf = ({ bytes }: CheckReport): number =>
  bytes.fixed + bytes.blocks + bytes.nodes + bytes.frames + bytes.free + bytes.leaked;

/** Address of the first leaf of the map that has entries and a right neighbour. */
function firstLeaf({ machine: { words } }: Stage): number {
  let node = words[LAYOUT.superblock.ROOT >> 2];
  while ((words[(node + N.NEXT + 4) >> 2] & 0xff) > 0) node = words[(node + N.LEFTMOST) >> 2];
  while ((words[(node + N.PERMUTATION) >> 2] & 15) === 0) node = words[(node + N.NEXT) >> 2];
  return node;
}
/** Slot of the first entry of a leaf. */
const firstSlot = ({ machine }: Stage, leaf: number): number =>
  (machine.words[(leaf + N.PERMUTATION) >> 2] >> 4) & 15;
const flip = ({ machine }: Stage, address: number, bits: number): void => {
  machine.words[address >> 2] ^= bits;
};
const field = (stage: Stage, name: keyof typeof Superblock): number =>
  stage.machine.words[Superblock[name] >> 2];
const codesOf = ({ problems }: CheckReport): ProblemCode[] => problems.map(({ code }) => code);

describe('a region that nothing happened to', () => {
  it('is clean when it is empty', async () => {
    const report = check((await emptyStage()).machine.buffer);
    expect(report).toMatchObject({ ok: true, problems: [], keys: 0, layers: 1 });
    // One root each of the map and of the system map.
    expect(report.nodes.reachable).toBe(2);
    expect(sumOf(report)).toBe(report.bytes.region);
  });

  it.each([3, 4, 12])('is clean after operations at width %i', async (width) => {
    const stage = await usedStage(600, { width });
    const report = check(stage.machine.buffer);
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ ok: true, keys: stage.model.size, deadHintDrift: 0 });
    expect(report.layers).toBeGreaterThan(1);
    expect(report.bytes.leaked).toBe(0);
    expect(sumOf(report)).toBe(report.bytes.region);
  });

  it('counts frames by state and blocks by slot', async () => {
    const report = check((await usedStage(600)).machine.buffer);
    const { open, sealed, limbo, free } = report.frames;
    expect(open).toBe(2);
    expect(sealed).toBeGreaterThan(0);
    expect(limbo).toBe(0);
    expect(open + sealed + limbo + free).toBe((128 * 1024) / 2048);
    // Slots 2 and 3; the first slot's block is not on the heap.
    expect(report.bytes.blocks).toBe(2 * 16384);
  });
});

/** A place that is damaged, how, and what check() must call it. */
interface Damage {
  readonly name: string;
  readonly code: ProblemCode;
  harm(stage: Stage): void;
}

const DAMAGES: readonly Damage[] = [
  { name: 'the magic', code: 'SUPERBLOCK', harm: (stage) => flip(stage, Superblock.magic, 1) },
  { name: 'a size', code: 'SUPERBLOCK', harm: (stage) => flip(stage, Superblock.heap, 256) },
  {
    name: 'a commit that nobody applied', code: 'SLOT',
    harm: (stage) => flip(stage, stage.machine.slotAddress(2) + LAYOUT.slot.ST, 1),
  },
  {
    name: 'a death that nobody recovered', code: 'SLOT',
    harm: (stage) => flip(stage, stage.machine.slotAddress(2) + LAYOUT.slot.GEN, 2),
  },
  {
    name: 'a pin of nobody', code: 'SLOT',
    harm: (stage) => flip(stage, stage.machine.slotAddress(OTHER) + LAYOUT.slot.PIN, 1),
  },
  {
    name: 'a lease that is still held', code: 'SLOT',
    harm: (stage) => {
      flip(stage, LAYOUT.superblock.CLEANER_LEASE, ACTOR);
      flip(stage, LAYOUT.superblock.CLEANER_LEASE + 4, stage.generation(ACTOR));
    },
  },
  {
    name: 'the serial lock', code: 'LOCK',
    harm: (stage) => flip(stage, LAYOUT.superblock.SERIAL_LOCK + 4, 1 << 20),
  },
  {
    name: 'a waiters flag', code: 'LOCK',
    harm: (stage) => flip(stage, firstLeaf(stage) + 4, 1 << 19),
  },
  {
    name: 'a highkey', code: 'NODE',
    harm: (stage) => flip(stage, firstLeaf(stage) + N.HIGHKEY, 1),
  },
  {
    name: 'a next link', code: 'NODE',
    harm: (stage) => flip(stage, firstLeaf(stage) + N.NEXT, 256),
  },
  {
    name: 'a live mask', code: 'PERMUTATION',
    harm: (stage) => flip(stage, firstLeaf(stage) + N.PERMUTATION + 4, 1 << 31),
  },
  {
    name: 'a key', code: 'ORDER',
    harm: (stage) => {
      const leaf = firstLeaf(stage);
      flip(stage, leaf + N.KEYS + 8 * firstSlot(stage, leaf) + 4, 0x80000000);
    },
  },
  {
    name: 'a kind', code: 'RECORD',
    harm: (stage) => {
      const leaf = firstLeaf(stage);
      const slot = firstSlot(stage, leaf);
      flip(stage, leaf + N.KINDS + (slot >> 3) * 4, 1 << (4 * (slot & 7)));
    },
  },
  {
    name: 'a link', code: 'LINK',
    harm: (stage) => {
      const leaf = firstLeaf(stage);
      flip(stage, leaf + N.LINKS + 8 * firstSlot(stage, leaf), 1);
    },
  },
  {
    name: 'the version of a leaf', code: 'VERSION',
    harm: (stage) => { stage.machine.words[firstLeaf(stage) >> 2] = 0; },
  },
  {
    name: 'the greatest tickets', code: 'VERSION',
    harm: (stage) => {
      for (const slot of [1, 2, 3]) {
        stage.machine.words[(stage.machine.slotAddress(slot) + LAYOUT.slot.LAST) >> 2] = 0;
      }
    },
  },
  {
    name: 'a frame state', code: 'FRAME',
    harm: (stage) => flip(stage, field(stage, 'frameTable') + T.FRAME_USE, 4),
  },
  {
    name: 'a frame that is not in the table', code: 'LEAK',
    harm: (stage) => stage.machine.bytes.fill(0, field(stage, 'frameTable'),
      field(stage, 'frameTable') + T.FRAME_BYTES),
  },
  {
    name: 'free units', code: 'EXTENT',
    harm: (stage) => flip(stage, LAYOUT.superblock.FREE_UNITS, 1),
  },
  {
    name: 'a buddy cell', code: 'EXTENT',
    harm: (stage) => { stage.machine.bytes[field(stage, 'buddyTree') + 1] += 1; },
  },
  {
    name: 'a magazine', code: 'MAGAZINE',
    harm: (stage) => flip(stage, stage.machine.slotAddress(1) + LAYOUT.slot.MAGAZINE_A + 4, 256),
  },
  {
    name: 'fresh nodes that were taken and never used', code: 'LEAK',
    harm: (stage) => {
      const magazine = stage.machine.slotAddress(1) + LAYOUT.slot.MAGAZINE_A;
      stage.machine.words[magazine >> 2] = stage.machine.words[(magazine + 4) >> 2];
      stage.machine.words[(stage.machine.slotAddress(1) + LAYOUT.slot.MAGAZINE_B) >> 2] = 0;
    },
  },
  {
    name: 'an identity without a slot', code: 'IDENTITY',
    harm: (stage) => flip(stage, field(stage, 'identityTable') + T.IDENTITY_NAME, 1),
  },
];

describe('damage', () => {
  it.each(DAMAGES.map((damage) => [damage.name, damage] as const))('sees %s', async (_, damage) => {
    const stage = await usedStage(300);
    expect(check(stage.machine.buffer).ok).toBe(true);
    damage.harm(stage);
    const report = check(stage.machine.buffer);
    expect(report.ok).toBe(false);
    expect(codesOf(report)).toContain(damage.code);
  });

  it('says how many bytes are lost', async () => {
    const stage = await usedStage(300);
    const before = check(stage.machine.buffer);
    const table = field(stage, 'frameTable');
    const order = stage.machine.words[(table + T.FRAME_PLACE + 4) >> 2];
    stage.machine.bytes.fill(0, table, table + T.FRAME_BYTES);
    const report = check(stage.machine.buffer);
    expect(report.bytes.leaked).toBe(256 * 2 ** order);
    expect(sumOf(report)).toBe(before.bytes.region);
  });
});
