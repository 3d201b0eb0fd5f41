// Reads the answer out of the map: compares every group with the plain loop, and finds the busiest.

import { groupOf, sumsOf } from './entries.js';
import type { FlightStore } from './entries.js';
import type { Groups } from './groups.js';
import { rowsOf, sameSums } from './sums.js';
import type { Sums } from './sums.js';

/** How the map compares with the plain loop. */
export interface Verdict {
  /** Rows that the groups in the map add up to. */
  readonly rows: number;
  /** Groups in the map. */
  readonly groups: number;
  /** Groups that differ, or that only one side has. */
  readonly mismatches: number;
}

/** A group of the map with its sums. */
export interface Group {
  readonly key: readonly string[];
  readonly sums: Readonly<Sums>;
}

/** Compares the map with the plain loop, group by group, in one range scan. */
export function compare(
  store: Pick<FlightStore, 'entries'>,
  kind: string,
  plain: Groups,
): Verdict {
  let rows = 0;
  let groups = 0;
  let same = 0;
  let known = 0;
  for (const [key, sums] of store.entries(sumsOf(kind))) {
    rows += rowsOf(sums);
    groups += 1;
    const expected = plain.get(groupOf(key));
    if (expected === undefined) continue;
    known += 1;
    if (sameSums(sums, expected)) same += 1;
  }
  const missing = plain.size - known;
  return { rows, groups, mismatches: groups - same + missing };
}

/** The groups with most rows, by a range scan; ties in key order. O(groups * most). */
export function busiest(
  store: Pick<FlightStore, 'entries'>, kind: string, most: number,
): Group[] {
  const top: Group[] = [];
  for (const [key, sums] of store.entries(sumsOf(kind))) {
    let at = top.length;
    while (at > 0 && rowsOf(top[at - 1].sums) < rowsOf(sums)) at -= 1;
    if (at >= most) continue;
    top.splice(at, 0, { key: groupOf(key), sums });
    if (top.length > most) top.pop();
  }
  return top;
}
