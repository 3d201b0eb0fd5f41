import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Catalog, keysOf } from '../../examples/flights/catalog.js';
import { groupKey, numbers } from '../../examples/flights/entries.js';
import { Groups } from '../../examples/flights/groups.js';
import type { Job } from '../../examples/flights/job.js';
import { merge as mergeInto } from '../../examples/flights/merge.js';
import { packRows, rowBytesOf } from '../../examples/flights/packing.js';
import { Tally } from '../../examples/flights/tally.js';
import {
  areTasksFinished, claimTask, finishTask, postTasks,
} from '../../examples/flights/tasks.js';
import { busiest, compare } from '../../examples/flights/verdict.js';
import { PlainMap } from './flights-plain-map.js';

const job: Job = {
  path: '', kind: 'route', by: ['origin', 'destination'], measures: ['delay'], whole: true,
};
const rows = {
  by: [[...'AABABBAACA'], [...'BCABBAACCB']],
  measures: [[3, 1, 4, -1, 5, 9, null, 6, 5, 3]],
};
const LENGTH = 10;

let map: PlainMap;
let catalog: Catalog;
beforeEach(() => {
  map = new PlainMap();
  catalog = new Catalog(map);
});

function groupsOf(from: number, to: number): Groups {
  const groups = new Groups(1);
  groups.addRows(rows, from, to);
  return groups;
}

/** Rows as a batch of the stream shows them. */
function runOf({ whole }: Pick<Job, 'whole'>, from: number, to: number) {
  const packing = { measures: job.measures, whole };
  const rowBytes = rowBytesOf(packing);
  const i32 = new Int32Array(LENGTH * rowBytes / 4);
  packRows(packing, rows.measures, catalog.numberRows(rows.by, LENGTH), i32);
  const f64 = new Float64Array(i32.buffer, 0, Math.floor(i32.byteLength / 8));
  return { i32, f64, start: from * rowBytes, end: to * rowBytes, rowBytes };
}

/** Merges rows as a consumer would. */
function merge(from: number, to: number, batch: Pick<PlainMap, 'transaction'> = map): number[] {
  const tally = new Tally(job);
  const touched: number[] = [];
  tally.add(runOf(job, from, to), touched);
  const shares: number[] = [];
  const addition = { batch, touched, sumsOf: (group: number) => tally.sumsOf(group) };
  mergeInto(addition, keysOf(catalog, job.kind), (share) => shares.push(share));
  return shares;
}

test('values are read back as they were written, from any alignment, of any length', () => {
  for (const value of [[1, -2.5, Infinity], [], Array.from({ length: 3000 }, (_, i) => i / 3)]) {
    const length = 8 * value.length;
    const bytes = new Uint8Array(length + 11).subarray(3);
    expect(numbers.maxBytes(value)).toBe(length);
    expect(numbers.encodeInto(value, bytes)).toBe(length);
    expect(numbers.decode(bytes.subarray(0, length))).toEqual(value);
  }
});

describe('the task list', () => {
  const first = { index: 0, start: 0, end: 6, rows: 6 };
  const second = { index: 1, start: 6, end: 10, rows: 4 };
  beforeEach(() => postTasks(map, 's', [first, second]));

  test('gives every task to one lane, with where the lane stood', () => {
    expect(claimTask(map, 's', 0, [7, 8])).toEqual({ ...first, tails: [7, 8] });
    expect(claimTask(map, 's', 1, [9])).toEqual({ ...second, tails: [9] });
    expect(claimTask(map, 's', 2, [0])).toBeUndefined();
  });

  test('gives a lane its unfinished task again, with where it stood at first', () => {
    claimTask(map, 's', 0, [7, 8]);
    expect(claimTask(map, 's', 0, [70, 80])).toEqual({ ...first, tails: [7, 8] });
  });

  test('is finished when the last task is', () => {
    for (const lane of [0, 1]) {
      const task = claimTask(map, 's', lane, []);
      expect(areTasksFinished(map, 's')).toBe(false);
      if (task !== undefined) finishTask(map, 's', task);
    }
    expect(areTasksFinished(map, 's')).toBe(true);
    expect(claimTask(map, 's', 0, [])).toBeUndefined();
  });

  test('is one of several', () => {
    postTasks(map, 'other', [second]);
    expect(claimTask(map, 'other', 0, [])?.rows).toBe(4);
    expect(claimTask(map, 's', 0, [])?.rows).toBe(6);
  });
});

describe('the catalog', () => {
  test('numbers groups from 0 on, the same for everybody', () => {
    const mine = catalog.numberRows(rows.by, LENGTH);
    const other = new Catalog(map);
    expect(other.numberRows(rows.by, LENGTH)).toEqual(mine);
    expect([...new Set(mine)].toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    for (let row = 0; row < LENGTH; row++) {
      expect(other.groupOf(mine[row])).toEqual([rows.by[0][row], rows.by[1][row]]);
    }
  });

  test('goes on where others have come to', () => {
    const other = new Catalog(map);
    expect(catalog.numberRows([['A'], ['B']], 1)).toEqual(Uint32Array.of(0));
    expect(other.numberRows([['C', 'A'], ['D', 'B']], 2)).toEqual(Uint32Array.of(1, 0));
    expect(catalog.groupOf(1)).toEqual(['C', 'D']);
  });

  test('numbers any number of groups', () => {
    const texts = Array.from({ length: 2500 }, (_, i) => `g${i}`);
    expect(catalog.numberRows([texts], 2500)).toEqual(Uint32Array.from(texts, (_, i) => i));
  });
});

describe('a tally', () => {
  test.each([true, false])('of packed rows says what the rows say (whole: %s)', (whole) => {
    const tally = new Tally({ measures: job.measures, whole });
    const touched: number[] = [];
    tally.add(runOf({ whole }, 0, 4), touched);
    tally.clear(touched);
    tally.add(runOf({ whole }, 2, LENGTH), touched);
    const plain = groupsOf(2, LENGTH);
    expect(touched).toHaveLength(plain.size);
    for (const group of touched) {
      expect(tally.sumsOf(group)).toEqual(plain.get(catalog.groupOf(group)));
    }
  });

  test('keeps fractions and leaves out what is missing', () => {
    const packing = { measures: ['a', 'b'], whole: false };
    const i32 = new Int32Array(2 * rowBytesOf(packing) / 4);
    packRows(packing, [[0.5, null], ['x', '2.25']], Uint32Array.of(300, 300), i32);
    const tally = new Tally(packing);
    const f64 = new Float64Array(i32.buffer);
    tally.add({ i32, f64, start: 0, end: i32.byteLength, rowBytes: rowBytesOf(packing) }, []);
    expect(tally.sumsOf(300)).toEqual([2, 1, 0.5, 0.5, 0.5, 1, 2.25, 2.25, 2.25]);
  });
});

describe('a merge', () => {
  test('adds each group of the batch', () => {
    merge(0, 2);
    expect(map.get(groupKey('route', ['A', 'B']))).toEqual([1, 1, 3, 3, 3]);
    merge(2, 6);
    expect(map.get(groupKey('route', ['A', 'B']))).toEqual([2, 2, 2, -1, 3]);
  });

  test('tells how far it is', () => {
    expect(merge(0, 6)).toEqual([0.25, 0.5, 0.75, 1]);
  });

  test('run twice, as after a conflict, adds its groups once', () => {
    const twice = {
      transaction: <T>(fn: Parameters<typeof map.transaction<T>>[0]): T => {
        expect(() =>
          map.transaction((tx) => {
            fn(tx);
            throw new Error('conflict');
          }),
        ).toThrow('conflict');
        return map.transaction(fn);
      },
    };
    merge(0, 3);
    merge(3, LENGTH, twice);
    expect(compare(map, 'route', groupsOf(0, LENGTH)).mismatches).toBe(0);
  });

  test('in any batches gives the plain result', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 })), (sizes) => {
        map = new PlainMap();
        catalog = new Catalog(map);
        let from = 0;
        for (const size of [...sizes, LENGTH]) {
          const to = Math.min(from + size, LENGTH);
          merge(from, to);
          from = to;
        }
        const verdict = compare(map, 'route', groupsOf(0, LENGTH));
        expect(verdict).toEqual({ rows: LENGTH, groups: 6, mismatches: 0 });
      }),
    );
  });
});

describe('the verdict', () => {
  beforeEach(() => void merge(0, LENGTH));

  test('counts groups that differ, that are missing and that are too many', () => {
    map.put(groupKey('route', ['A', 'B']), [3, 3, 9, -1, 3]);
    map.put(groupKey('route', ['X', 'Y']), [1, 1, 1, 1, 1]);
    const plain = groupsOf(0, LENGTH);
    plain.addRows({ by: [['P'], ['Q']], measures: [[1]] }, 0, 1);
    expect(compare(map, 'route', plain)).toEqual({ rows: LENGTH + 1, groups: 7, mismatches: 3 });
  });

  test('finds the busiest groups, ties in key order', () => {
    expect(busiest(map, 'route', 4).map(({ key, sums }) => [key.join('-'), sums[0]])).toEqual([
      ['A-B', 3],
      ['A-C', 2],
      ['B-A', 2],
      ['A-A', 1],
    ]);
  });
});
