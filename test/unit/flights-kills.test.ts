import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KillSwitch, planKills } from '../../examples/flights/kills.js';
import type { Mark } from '../../examples/flights/kills.js';
import { Progress } from '../../examples/flights/progress.js';
import { RecoveryWatch } from '../../examples/flights/recoveries.js';

describe('a plan of kills', () => {
  test('has so many marks, in order, within the first nine tenths of the rows', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(3_000_000), fc.nat(), (kills, rows, seed) => {
        const marks = planKills(kills, rows, seed).map((mark) => mark.row);
        expect(marks).toHaveLength(kills);
        expect(marks).toEqual(marks.toSorted((a, b) => a - b));
        for (const row of marks) expect(row).toBeLessThanOrEqual(0.9 * rows);
      }),
    );
  });

  test('is the same for the same seed and another for another', () => {
    expect(planKills(8, 300_000, 1)).toEqual(planKills(8, 300_000, 1));
    expect(planKills(8, 300_000, 1)).not.toEqual(planKills(8, 300_000, 2));
  });

  test('aims at batches and at transactions alike', () => {
    const aims = planKills(8, 1000, 1).map((mark) => mark.at);
    expect(aims.filter((at) => at === 'merge')).toHaveLength(4);
  });
});

describe('a kill switch', () => {
  const marks: Mark[] = [
    { row: 100, at: 'batch', share: 0.5 },
    { row: 200, at: 'merge', share: 0.5 },
  ];

  /** Switches of several workers that share one progress, each with the orders that it gave. */
  function workers(count: number) {
    const progress = new Progress(Progress.allocate(count));
    const orders: number[] = [];
    const switches = Array.from(
      { length: count },
      (_, worker) => new KillSwitch(marks, progress, () => orders.push(worker)),
    );
    return { progress, orders, switches };
  }

  test('orders one death per mark, of the worker that passes it', () => {
    const { progress, orders, switches: [first, second] } = workers(2);
    progress.countRows(99);
    first.rowsCounted();
    expect(orders).toEqual([]);
    progress.countRows(1);
    second.rowsCounted();
    first.rowsCounted();
    expect(orders).toEqual([1]);
    expect(progress.marksTaken).toBe(1);
  });

  test('orders a death in a transaction once, after the share of its groups', () => {
    const { progress, orders, switches: [first, second] } = workers(2);
    progress.countRows(200);
    first.rowsCounted();
    second.rowsCounted();
    second.mergeReached(0.4);
    expect(orders).toEqual([0]);
    for (const share of [0.5, 0.6, 0.4, 0.5]) second.mergeReached(share);
    expect(orders).toEqual([0, 1]);
  });

  test('chooses no worker twice', () => {
    const { progress, orders, switches: [only] } = workers(1);
    progress.countRows(500);
    only.rowsCounted();
    only.rowsCounted();
    only.mergeReached(1);
    expect(orders).toEqual([0]);
    expect(progress.marksTaken).toBe(1);
  });

  test('lets everybody else go on', () => {
    const { progress, orders, switches: [first, second] } = workers(2);
    progress.countRows(100);
    first.rowsCounted();
    second.rowsCounted();
    second.mergeReached(1);
    second.batchEnded();
    expect(orders).toEqual([0]);
  });
});

test('shared counters add up over all who share them', () => {
  const memory = Progress.allocate(2);
  const [here, there] = [new Progress(memory), new Progress(memory)];
  expect(here.countRows(3)).toBe(3);
  expect(there.countRows(4)).toBe(7);
  expect(here.takeMark(0)).toBe(true);
  expect(there.takeMark(0)).toBe(false);
  here.spend(0, 'move', 500);
  there.spend(1, 'move', 250);
  there.spend(1, 'decode', 1000);
  expect(here.seconds('move')).toBe(0.75);
  expect(here.seconds('decode')).toBe(1);
  expect(here.seconds('aggregate')).toBe(0);
});

describe('recoveries', () => {
  type Listener = (member: { identity?: string }) => void;

  function watchOf() {
    const listeners: Listener[] = [];
    const watch = new RecoveryWatch({ on: (_, listener) => listeners.push(listener) });
    const leave = (identity?: string) => listeners.forEach((listener) => listener({ identity }));
    return { watch, leave };
  }

  test('count the killed workers that left, each once, and no other member', async () => {
    const { watch, leave } = watchOf();
    for (const identity of ['worker-1', 'worker-3', 'worker-3', 'worker-4', undefined]) {
      leave(identity);
    }
    expect(await watch.count([1, 3])).toBe(2);
  });

  test('are waited for', async () => {
    const { watch, leave } = watchOf();
    leave('worker-1');
    setTimeout(() => leave('worker-2'), 20);
    expect(await watch.count([1, 2])).toBe(2);
  });
});
