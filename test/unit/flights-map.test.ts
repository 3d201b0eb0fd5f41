import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { doneKey, groupKey, numbers, taskKey } from '../../examples/flights/entries.js';
import { Groups } from '../../examples/flights/groups.js';
import type { Job } from '../../examples/flights/job.js';
import { mergeBatch } from '../../examples/flights/merge.js';
import {
  claimTask, postTasks, returnClaims, rowsDone, totalDone,
} from '../../examples/flights/tasks.js';
import { busiest, compare } from '../../examples/flights/verdict.js';
import { PlainMap } from './flights-plain-map.js';

const job: Job = { path: '', kind: 'route', by: ['origin', 'destination'], measures: ['delay'] };
const rows = {
  by: [[...'AABABBAACA'], [...'BCABBAACCB']],
  measures: [[3, 1, 4, -1, 5, 9, null, 6, 5, 3]],
};
const LENGTH = 10;

let map: PlainMap;
beforeEach(() => {
  map = new PlainMap();
  postTasks(map, [
    { start: 0, end: 6, rows: 6 },
    { start: 6, end: 10, rows: 4 },
  ]);
});

function claim(worker: number) {
  const task = claimTask(map, worker);
  if (typeof task === 'string') throw new Error(`no task, but ${task}`);
  return task;
}

function groupsOf(from: number, to: number): Groups {
  const groups = new Groups(1);
  groups.addRows(rows, from, to);
  return groups;
}

/** Merges rows `from` to `to` of a task, as a worker would. */
function merge(task: ReturnType<typeof claim>, from: number, to: number): boolean {
  const groups = groupsOf(task.start + from, task.start + to);
  return mergeBatch(map, job, { task, from, to, groups }, () => undefined);
}

test('values are read back as they were written, from any alignment', () => {
  const value = Float64Array.of(1, -2.5, Infinity);
  const bytes = new Uint8Array(32).subarray(3);
  expect(numbers.maxBytes(value)).toBe(24);
  expect(numbers.encodeInto(value, bytes)).toBe(24);
  expect(numbers.decode(bytes.subarray(0, 24))).toEqual(value);
});

describe('the task list', () => {
  test('gives every task once', () => {
    expect(claim(1)).toEqual({ index: 0, start: 0, end: 6, rows: 6 });
    expect(claim(2)).toEqual({ index: 1, start: 6, end: 10, rows: 4 });
    expect(claimTask(map, 1)).toBe('wait');
  });

  test('gives the tasks of a dead worker again, and no others', () => {
    const first = claim(1);
    claim(2);
    expect(returnClaims(map, 1)).toBe(1);
    expect(claim(3)).toEqual(first);
    expect(claimTask(map, 4)).toBe('wait');
    expect(returnClaims(map, 1)).toBe(0);
  });

  test('is finished when the last rows of the last task are merged', () => {
    const [first, second] = [claim(1), claim(2)];
    merge(first, 0, 6);
    expect(claimTask(map, 1)).toBe('wait');
    merge(second, 0, 4);
    expect(claimTask(map, 1)).toBe('finished');
    expect(returnClaims(map, 1)).toBe(0);
    expect(totalDone(map)).toBe(LENGTH);
  });

  test('without tasks is finished at once', () => {
    expect(claimTask(new PlainMap(), 1)).toBe('finished');
  });
});

describe('a merge', () => {
  test('writes each group, the marker and, at the end, the task', () => {
    const task = claim(1);
    expect(merge(task, 0, 2)).toBe(true);
    expect(map.get(groupKey(job, ['A', 'B']))).toEqual(Float64Array.of(1, 1, 3, 3, 3));
    expect(map.get(doneKey(0))).toEqual(Float64Array.of(2));
    expect(map.get(taskKey(0))?.[0]).toBe(1);
    expect(merge(task, 2, 6)).toBe(true);
    expect(map.get(groupKey(job, ['A', 'B']))).toEqual(Float64Array.of(2, 2, 2, -1, 3));
    expect(map.get(taskKey(0))?.[0]).toBe(-1);
  });

  test('of rows that are in the map already writes nothing', () => {
    const task = claim(1);
    merge(task, 0, 4);
    const before = [...map.entries()];
    expect(merge(task, 0, 2)).toBe(false);
    expect(merge(task, 2, 6)).toBe(false);
    expect(merge(task, 5, 6)).toBe(false);
    expect([...map.entries()]).toEqual(before);
    expect(rowsDone(map, task)).toBe(4);
  });

  test('tells how far it is', () => {
    const groups = groupsOf(0, 6);
    const shares: number[] = [];
    mergeBatch(map, job, { task: claim(1), from: 0, to: 6, groups }, (share) => shares.push(share));
    expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
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
    const task = claim(1);
    merge(task, 0, 3);
    const batch = { task, from: 3, to: 6, groups: groupsOf(3, 6) };
    mergeBatch(twice, job, batch, () => undefined);
    merge(claim(2), 0, 4);
    expect(compare(map, job, groupsOf(0, LENGTH)).mismatches).toBe(0);
  });

  test('in any batches, with any of them lost and repeated, gives the plain result', () => {
    const step = fc.record({ size: fc.integer({ min: 1, max: 4 }), dies: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        map = new PlainMap();
        postTasks(map, [{ start: 0, end: LENGTH, rows: LENGTH }]);
        let worker = 1;
        let task = claim(worker);
        for (const { size, dies } of [...steps, { size: LENGTH, dies: false }]) {
          const from = rowsDone(map, task);
          if (from === LENGTH) break;
          if (dies) {
            returnClaims(map, worker);
            task = claim(++worker);
          } else {
            merge(task, from, Math.min(from + size, LENGTH));
          }
        }
        const verdict = compare(map, job, groupsOf(0, LENGTH));
        expect(verdict).toEqual({ rows: LENGTH, groups: 6, mismatches: 0 });
      }),
    );
  });
});

describe('the verdict', () => {
  beforeEach(() => {
    merge(claim(1), 0, 6);
    merge(claim(2), 0, 4);
  });

  test('counts groups that differ, that are missing and that are too many', () => {
    map.put(groupKey(job, ['A', 'B']), Float64Array.of(3, 3, 9, -1, 3));
    map.put(groupKey(job, ['X', 'Y']), Float64Array.of(1, 1, 1, 1, 1));
    const plain = groupsOf(0, LENGTH);
    plain.addRows({ by: [['P'], ['Q']], measures: [[1]] }, 0, 1);
    expect(compare(map, job, plain)).toEqual({ rows: LENGTH + 1, groups: 7, mismatches: 3 });
  });

  test('finds the busiest groups, ties in key order', () => {
    expect(busiest(map, job, 4).map(({ key, sums }) => [key.join('-'), sums[0]])).toEqual([
      ['A-B', 3],
      ['A-C', 2],
      ['B-A', 2],
      ['A-A', 1],
    ]);
  });
});
