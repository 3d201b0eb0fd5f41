import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KillSwitch, planKills } from '../../examples/flights/kills.js';
import type { Mark } from '../../examples/flights/kills.js';
import { Clock, Progress } from '../../examples/flights/progress.js';
import type { Role } from '../../examples/flights/progress.js';
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

  test('aims at sources and consumers alike', () => {
    const roles = planKills(8, 1000, 1).map((mark) => mark.role);
    expect(roles.filter((role) => role === 'consumer')).toHaveLength(4);
  });
});

describe('a kill switch', () => {
  const marks: Mark[] = [
    { role: 'source', row: 100, share: 0.5 },
    { role: 'consumer', row: 150, share: 0.5 },
    { role: 'source', row: 200, share: 0.5 },
  ];

  /** Switches of two workers of a role that share one meter, and the orders that they gave. */
  function workers(role: Role) {
    const meter = new Progress(Progress.allocate(2)).meter(role);
    const orders: number[] = [];
    const [first, second] = [0, 1].map((worker) =>
      new KillSwitch(marks, role, meter, () => orders.push(worker)));
    return { meter, orders, first, second };
  }

  test('orders one death per mark of the role, of the worker that passes it', () => {
    const { meter, orders, first, second } = workers('source');
    meter.countRows(99);
    first.rowsCounted();
    expect(orders).toEqual([]);
    meter.countRows(1);
    second.rowsCounted();
    first.rowsCounted();
    expect(orders).toEqual([1]);
    expect(meter.marksTaken).toBe(1);
  });

  test('orders the death of a consumer once, after a share of its transaction', () => {
    const { meter, orders, first, second } = workers('consumer');
    meter.countRows(200);
    first.rowsCounted();
    second.rowsCounted();
    second.mergeReached(1);
    first.mergeReached(0.4);
    expect(orders).toEqual([]);
    for (const share of [0.5, 0.6, 0.4, 0.5]) first.mergeReached(share);
    expect(orders).toEqual([0]);
  });

  test('chooses no worker twice', () => {
    const { meter, orders, first } = workers('source');
    meter.countRows(500);
    first.rowsCounted();
    first.rowsCounted();
    expect(orders).toEqual([0]);
    expect(meter.marksTaken).toBe(1);
  });

  test('lets everybody else go on', () => {
    const { meter, orders, first, second } = workers('source');
    meter.countRows(100);
    first.rowsCounted();
    second.rowsCounted();
    second.mergeReached(1);
    second.stepEnded();
    expect(orders).toEqual([0]);
  });
});

test('shared counters add up over all who share them, by role', () => {
  const memory = Progress.allocate(2);
  const [here, there] = [new Progress(memory), new Progress(memory)];
  expect(here.meter('source').countRows(3)).toBe(3);
  expect(there.meter('source').countRows(4)).toBe(7);
  expect(there.meter('consumer').rows).toBe(0);
  expect(here.meter('consumer').takeMark(0)).toBe(true);
  expect(there.meter('consumer').takeMark(0)).toBe(false);
  expect(there.meter('source').marksTaken).toBe(0);
  here.spend('source', 0, 'move', 500);
  there.spend('source', 1, 'move', 250);
  there.spend('consumer', 1, 'move', 125);
  there.spend('source', 1, 'decode', 1000);
  expect(here.seconds('move')).toBe(0.875);
  expect(here.seconds('decode')).toBe(1);
  expect(here.seconds('aggregate')).toBe(0);
});

test('a clock counts the time of what fails, too', async () => {
  const spent: string[] = [];
  const clock = new Clock((phase) => spent.push(phase));
  expect(clock.run('move', () => 7)).toBe(7);
  expect(() => clock.run('aggregate', () => { throw new Error('no'); })).toThrow('no');
  await expect(clock.wait('decode', Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(spent).toEqual(['move', 'aggregate', 'decode']);
});

describe('recoveries', () => {
  type Listener = (member: { identity?: string }) => void;

  function watchOf() {
    const listeners: Listener[] = [];
    const watch = new RecoveryWatch({ on: (_, listener) => listeners.push(listener) });
    const leave = (identity?: string) => listeners.forEach((listener) => listener({ identity }));
    return { watch, leave };
  }

  test('count the killed workers that left, each once, and no other member', () => {
    const { watch, leave } = watchOf();
    for (const identity of ['one', 'three', 'three', 'four', undefined]) leave(identity);
    expect(watch.count(['one', 'three', 'five'])).toBe(2);
  });

  test('are waited for, also when they have come before', async () => {
    const { watch, leave } = watchOf();
    leave('one');
    await watch.of('one');
    const second = watch.of('two');
    leave('two');
    await second;
    expect(watch.count(['one', 'two'])).toBe(2);
  });
});
