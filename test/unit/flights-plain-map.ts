// The least of a store that the flights example needs, over a plain Map: for tests of what the
// example does with a store, on one thread and without deaths.

import type { Range } from '../../src/map/range.js';
import type { FlightTransaction, Key, Value } from '../../examples/flights/entries.js';

interface Put {
  readonly type: 'put' | 'del';
  readonly key: Key;
  readonly value?: Value;
}

/** An ordered map whose transactions change nothing when they throw. */
export class PlainMap {
  private entriesByKey = new Map<string, [Key, Value]>();

  get(key: Key): Value | undefined {
    return this.entriesByKey.get(JSON.stringify(key))?.[1].slice();
  }

  put(key: Key, value: Value): void {
    this.entriesByKey.set(JSON.stringify(key), [key, value.slice()]);
  }

  batch(ops: readonly Put[]): void {
    for (const { key, value } of ops) if (value !== undefined) this.put(key, value);
  }

  entries(range: Range<Key> = {}): IterableIterator<[Key, Value]> {
    const { prefix = [], gte, reverse = false, limit } = range;
    const found = [...this.entriesByKey.values()]
      .filter(([key]) => prefix.every((part, at) => key[at] === part))
      .filter(([key]) => gte === undefined || compareKeys(key, gte) >= 0)
      .toSorted(([left], [right]) => compareKeys(left, right));
    return (reverse ? found.toReversed() : found).slice(0, limit).values();
  }

  keys(range: Range<Key> = {}): IterableIterator<Key> {
    return [...this.entries(range)].map(([key]) => key).values();
  }

  transaction<T>(fn: (tx: FlightTransaction) => T): T {
    const before = new Map(this.entriesByKey);
    try {
      return fn(this);
    } catch (error) {
      this.entriesByKey = before;
      throw error;
    }
  }
}

function compareKeys(left: Key, right: Key): number {
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    if (left[at] !== right[at]) return left[at] < right[at] ? -1 : 1;
  }
  return left.length - right.length;
}
