import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Groups } from '../../examples/flights/groups.js';
import {
  addSums, addValue, emptySums, measureOf, rowsOf, sameSums,
} from '../../examples/flights/sums.js';

function sumsOf(...values: unknown[]) {
  const sums = emptySums(1);
  for (const value of values) addValue(sums, 0, value);
  return sums;
}

describe('sums', () => {
  test('hold count, sum, least and greatest of a measure', () => {
    expect(measureOf(sumsOf(3, -1, 4), 0)).toEqual({ values: 3, sum: 6, least: -1, greatest: 4 });
  });

  test('take numbers in any form and leave out what is none', () => {
    const sums = sumsOf(1n, '2.5', null, undefined, '', 'x', NaN, true);
    expect(measureOf(sums, 0)).toEqual({ values: 2, sum: 3.5, least: 1, greatest: 2.5 });
  });

  test('added up in parts are the same as in one go, and the parts stay as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (left, right) => {
        const part = sumsOf(...left);
        expect(addSums(part, sumsOf(...right))).toEqual(sumsOf(...left, ...right));
        expect(part).toEqual(sumsOf(...left));
      }),
    );
  });

  test('are compared exactly, but for the rounding of fractions', () => {
    expect(sameSums(sumsOf(0.1, 0.2, 0.3), sumsOf(0.3, 0.2, 0.1))).toBe(true);
    expect(sameSums(sumsOf(0.1, 0.2, 0.3), sumsOf(0.1, 0.25, 0.3))).toBe(false);
    expect(sameSums(sumsOf(1, 3, 5), sumsOf(1, 4, 5))).toBe(false);
    expect(sameSums(sumsOf(1, 3), sumsOf(1, 3, 3))).toBe(false);
    expect(sameSums(emptySums(1), emptySums(2))).toBe(false);
  });

  test('of many rows differ by a single row or minute', () => {
    const many = emptySums(1).map((_, at) => [3e6, 3e6, 2e9, -100, 5000][at]);
    const [oneRow, oneMinute] = [many.slice(), many.slice()];
    oneRow[0] += 1;
    oneMinute[2] += 1;
    expect(sameSums(many, many.slice())).toBe(true);
    expect(sameSums(many, oneRow)).toBe(false);
    expect(sameSums(many, oneMinute)).toBe(false);
  });
});

describe('groups', () => {
  const rows = {
    by: [['LAX', 'LAX', 'SFO', 'LAX'], ['SFO', 'JFK', 'LAX', 'SFO']],
    measures: [[10n, 20n, -5n, 30n]],
  };

  test('are found by all key columns together', () => {
    const groups = new Groups(1);
    groups.addRows(rows, 0, 4);
    expect(groups.size).toBe(3);
    expect(rowsOf(groups.get(['LAX', 'SFO']) ?? emptySums(1))).toBe(2);
    expect(groups.get(['LAX'])).toBeUndefined();
    expect(groups.get(['SFO', 'JFK'])).toBeUndefined();
    expect([...groups.entries()].map(([key]) => key.join())).toEqual(
      ['LAX,SFO', 'LAX,JFK', 'SFO,LAX'],
    );
  });

  test('take a part of the rows', () => {
    const groups = new Groups(1);
    groups.addRows(rows, 1, 3);
    expect([...groups.entries()].map(([key]) => key)).toEqual([['LAX', 'JFK'], ['SFO', 'LAX']]);
  });

  test('are named by the text of any value', () => {
    const date = new Date('2001-01-01T00:00:00Z');
    const column = ['', null, undefined, 1, 1n, true, date, { a: 2n }, new Date(NaN)];
    const groups = new Groups(0);
    groups.addRows({ by: [column], measures: [] }, 0, column.length);
    expect([...groups.entries()].map(([[name], sums]) => [name, rowsOf(sums)])).toEqual([
      ['', 4],
      ['1', 2],
      ['true', 1],
      ['2001-01-01T00:00:00.000Z', 1],
      ['{"a":"2"}', 1],
    ]);
  });
});
