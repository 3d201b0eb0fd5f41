// Sources on a real stream in a toy region: what a replacement publishes, and what it leaves out.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divide, KeyTable, partitionOf, partitionsOf } from '../../examples/flights/division.js';
import type { Key, Value } from '../../examples/flights/entries.js';
import { Outlet } from '../../examples/flights/outlet.js';
import { slicesOf } from '../../examples/flights/moving/slices.js';
import { stores } from './stream-support.js';

const DIVISION = { lanes: 2, keys: 3 };
const GROUPS = ['ATL', 'ORD', 'LAX', 'SFO', 'JFK'].map((origin) => [origin, 'SEA']);
const ROWS = 200;
// A group's number and the number of the row.
const packed = Int32Array.from({ length: 2 * ROWS }, (_, i) =>
  i % 2 === 0 ? (i * 7 + (i >> 5)) % GROUPS.length : i >> 1);

/** The rows of a partition, by their numbers. */
function rowsIn(store: ReturnType<typeof storesOf>[number], partition: number): number[] {
  const found: number[] = [];
  const consumer = store.stream('rows').subscribe({ group: 'all', partitions: [partition] });
  for (let batch = consumer.nextSync(0); batch !== undefined; batch = consumer.nextSync(0)) {
    for (let at = batch.start; at < batch.end; at += batch.rowBytes) {
      found.push(batch.i32[(at >> 2) + 1]);
    }
  }
  consumer.close();
  return found;
}

function storesOf(count: number) {
  return stores<Key, Value>(count);
}

test('a lane publishes each row once and in order, wherever its sources die', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(ROWS), { maxLength: 3 }), (deaths) => {
      const [first, ...others] = storesOf(deaths.length + 1);
      first.createStream('rows', { partitions: partitionsOf(DIVISION), rowBytes: 8 });
      let tails: number[] | undefined;
      [...deaths, ROWS].forEach((to, life) => {
        const stream = [first, ...others][life].stream('rows');
        const table = new KeyTable(DIVISION, stream, { groups: GROUPS });
        table.refresh();
        const outlet = new Outlet(stream, table, DIVISION, 1);
        tails ??= outlet.tails();
        const part = packed.subarray(0, 2 * to);
        outlet.publish(part, outlet.publishedSince(tails), () => undefined);
        // What was not flushed is lost with its source.
        void outlet.flush();
      });
      const stream = first.stream('rows');
      const all = [0, 1, 2].flatMap((key) => {
        const rows = rowsIn(first, partitionOf(DIVISION, key, 1));
        expect(rows).toEqual(rows.toSorted((a, b) => a - b));
        for (const row of rows) {
          const [origin] = GROUPS[packed[2 * row]];
          expect(stream.partitionOf(origin) % DIVISION.keys).toBe(key);
        }
        return rows;
      });
      expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, row) => row));
    }),
    { numRuns: 20 },
  );
});

test('lanes share no partition, and all partitions are used', () => {
  for (const lanes of [1, 2, 3, 32]) {
    const division = divide(lanes);
    const used = new Set<number>();
    for (let lane = 0; lane < lanes; lane++) {
      for (let key = 0; key < division.keys; key++) used.add(partitionOf(division, key, lane));
    }
    expect(used.size).toBe(partitionsOf(division));
    expect(Math.max(...used)).toBe(used.size - 1);
    expect(used.size).toBeLessThanOrEqual(256);
  }
});

test('slices cover all rows without overlap', () => {
  expect(slicesOf(7, 3)).toEqual([
    { start: 0, end: 2, rows: 2 }, { start: 2, end: 4, rows: 2 }, { start: 4, end: 7, rows: 3 },
  ]);
  expect(slicesOf(1, 2).map(({ rows }) => rows)).toEqual([0, 1]);
});
