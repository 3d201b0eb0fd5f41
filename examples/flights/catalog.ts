// Numbers for groups, so that a row can name its group in four bytes. The numbers stand in the map,
// where whoever meets a group first gives it the next one; each thread keeps a copy.

import { nameKey, namesFrom, numberKey, readName } from './entries.js';
import type { FlightStore, Key, Transactor } from './entries.js';
import { GroupTree, groupOfRow } from './group-tree.js';
import type { Leaf } from './group-tree.js';
import type { Rows } from './groups.js';

// Groups that are numbered in one transaction, at most.
const MOST_AT_ONCE = 1000;
// In place of a number until the map has given one.
const UNNUMBERED = -1;

/** What the catalog needs of the store. */
export type CatalogStore = Pick<FlightStore, 'keys'> & Transactor;

/** A thread's copy of the numbers. */
export class Catalog {
  private readonly numbers = new GroupTree<number>();
  /** The groups by their numbers, as far as this copy knows them. */
  readonly groups: (readonly string[])[] = [];

  constructor(private readonly store: CatalogStore) {}

  /** Reads the numbers that others have given since. O(new groups). */
  refresh(): void {
    for (const key of this.store.keys(namesFrom(this.groups.length))) {
      const { number, group } = readName(key);
      this.groups[number] = group;
      this.numbers.leafOf(group).value = number;
    }
  }

  /** The group that a number stands for. Whoever has met the number in a row will find it. */
  groupOf(number: number): readonly string[] {
    if (number >= this.groups.length) this.refresh();
    return this.groups[number];
  }

  /** The number of each row's group; groups that are new get one. O(rows). */
  numberRows(by: Rows['by'], rows: number): Uint32Array {
    const leaves: Leaf<number>[] = [];
    const missing: string[][] = [];
    for (let row = 0; row < rows; row++) {
      const leaf = this.numbers.leafOfRow(by, row);
      leaves.push(leaf);
      if (leaf.value !== undefined) continue;
      leaf.value = UNNUMBERED;
      missing.push(groupOfRow(by, row));
    }
    for (let at = 0; at < missing.length; at += MOST_AT_ONCE) {
      numberGroups(this.store, missing.slice(at, at + MOST_AT_ONCE));
    }
    if (missing.length > 0) this.refresh();
    return Uint32Array.from(leaves, (leaf) => leaf.value ?? UNNUMBERED);
  }
}

/**
 * The keys of groups' sums by the groups' numbers, each made once.
 *
 * @param kind the first elements of the keys
 */
export function keysOf(catalog: Catalog, ...kind: [string, ...string[]]): (group: number) => Key {
  const keys: Key[] = [];
  return (group) => (keys[group] ??= [...kind, ...catalog.groupOf(group)]);
}

/** Numbers those of the groups that nobody else has numbered by now, in one transaction. */
function numberGroups(store: Transactor, groups: readonly string[][]): void {
  store.transaction((tx) => {
    const [last] = tx.entries({ ...namesFrom(0), reverse: true, limit: 1 });
    let next = last === undefined ? 0 : readName(last[0]).number + 1;
    for (const group of groups) {
      if (tx.get(numberKey(group)) !== undefined) continue;
      tx.put(numberKey(group), [next]);
      tx.put(nameKey(next, group), []);
      next += 1;
    }
  });
}
