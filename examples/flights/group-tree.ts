// Finds a value by the texts that name a group: a tree of maps, one level per key column, so that
// no row has to glue its texts together.

import type { Column } from './source/source.js';

/** The place of one group. */
export interface Leaf<T> {
  readonly next: Map<string, Leaf<T>>;
  value: T | undefined;
}

/** Values of type T by group. */
export class GroupTree<T> {
  /** The place of the group without texts, above all others. */
  readonly root: Leaf<T> = newLeaf();

  /** The place of the group that a row belongs to. O(key columns). */
  leafOfRow(by: readonly Column[], row: number): Leaf<T> {
    let leaf = this.root;
    for (const column of by) leaf = this.step(leaf, textOf(column[row]));
    return leaf;
  }

  /** The place of a group. */
  leafOf(group: readonly string[]): Leaf<T> {
    return group.reduce((leaf, text) => this.step(leaf, text), this.root);
  }

  /** The place one text further. */
  step(leaf: Leaf<T>, text: string): Leaf<T> {
    const found = leaf.next.get(text);
    if (found !== undefined) return found;
    const made = newLeaf<T>();
    leaf.next.set(text, made);
    return made;
  }

  /** The value of a group, if it has one. */
  get(group: readonly string[]): T | undefined {
    let leaf: Leaf<T> | undefined = this.root;
    for (const text of group) leaf = leaf?.next.get(text);
    return leaf?.value;
  }

  /** All groups that have a value, each once, in no particular order. */
  entries(): Generator<[group: string[], value: T]> {
    return walk(this.root, []);
  }
}

/** The texts that name the group of a row. */
export function groupOfRow(by: readonly Column[], row: number): string[] {
  return by.map((column) => textOf(column[row]));
}

function newLeaf<T>(): Leaf<T> {
  return { next: new Map(), value: undefined };
}

function* walk<T>(leaf: Leaf<T>, group: string[]): Generator<[string[], T]> {
  if (leaf.value !== undefined) yield [group, leaf.value];
  for (const [text, next] of leaf.next) yield* walk(next, [...group, text]);
}

/** A value as the name of a group. Missing values share one group, the empty text. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value, plainBigint) : String(value);
}

function plainBigint(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
