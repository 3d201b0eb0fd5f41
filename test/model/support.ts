/**
 * The model of the map: a sorted array of encoded entries, and random operations on both.
 */
import fc from 'fast-check';
import type { Range } from '../../src/map/range.js';

/** Order of keys as the codec under test has it. */
export type Compare<K> = (a: K, b: K) => number;

/** A map as a sorted array: slow and obviously right. */
export class Model<K, V> {
  #entries: [K, V][] = [];

  constructor(
    private readonly compare: Compare<K>, private readonly hasPrefix: (key: K, of: K) => boolean,
  ) {}

  get(key: K): V | undefined {
    return this.#entries.find(([other]) => this.compare(other, key) === 0)?.[1];
  }

  put(key: K, value: V): void {
    this.del(key);
    this.#entries.push([key, value]);
    this.#entries.sort(([a], [b]) => this.compare(a, b));
  }

  del(key: K): boolean {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter(([other]) => this.compare(other, key) !== 0);
    return this.#entries.length < before;
  }

  entries(range: Range<K> = {}): [K, V][] {
    const { gt, gte, lt, lte, prefix, reverse, limit = Infinity } = range;
    const { compare, hasPrefix } = this;
    const found = this.#entries.filter(([key]) =>
      (gt === undefined || compare(key, gt) > 0) && (gte === undefined || compare(key, gte) >= 0) &&
      (lt === undefined || compare(key, lt) < 0) && (lte === undefined || compare(key, lte) <= 0) &&
      (prefix === undefined || hasPrefix(key, prefix)));
    if (reverse) found.reverse();
    return found.slice(0, limit);
  }

  /** A model with the same entries. */
  copy(): Model<K, V> {
    const copy = new Model<K, V>(this.compare, this.hasPrefix);
    copy.#entries = [...this.#entries];
    return copy;
  }
}

/** What a random test does to the map. */
export type Step<K, V> =
  | { do: 'put'; key: K; value: V }
  | { do: 'get' | 'has' | 'del'; key: K }
  | { do: 'getMany'; keys: K[] }
  | { do: 'entries' | 'keys' | 'values'; range: Range<K> }
  | { do: 'batch'; writes: Write<K, V>[] }
  | { do: 'transaction'; steps: Step<K, V>[]; fails: boolean };

export type Write<K, V> = { type: 'put'; key: K; value: V } | { type: 'del'; key: K };

function ranges<K>(key: fc.Arbitrary<K>, hasPrefixes: boolean): fc.Arbitrary<Range<K>> {
  const order = { reverse: fc.boolean(), limit: fc.nat({ max: 40 }) };
  const bounds = { gt: key, gte: key, lt: key, lte: key };
  const prefix = { prefix: key, gte: key, ...order };
  // Many bounds at once are almost always an empty range, so each of them is often missing.
  const optional = { requiredKeys: [] };
  return fc.oneof(
    fc.record<Range<K>>({ ...bounds, ...order }, optional),
    ...(hasPrefixes ? [fc.record<Range<K>>(prefix, optional)] : []),
  );
}

/** Random steps over random keys and values. */
export function stepsOf<K, V>(
  key: fc.Arbitrary<K>, value: fc.Arbitrary<V>, maxLength: number, hasPrefixes: boolean,
): fc.Arbitrary<Step<K, V>[]> {
  const write: fc.Arbitrary<Write<K, V>> = fc.oneof(
    { weight: 2, arbitrary: fc.record({ type: fc.constant('put' as const), key, value }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('del' as const), key }) },
  );
  const simple: fc.Arbitrary<Step<K, V>> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('put' as const), key, value }) },
    { weight: 3, arbitrary: fc.record({
      do: fc.constantFrom('get' as const, 'has' as const), key }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('del' as const), key }) },
    { weight: 1, arbitrary: fc.record({
      do: fc.constant('getMany' as const), keys: fc.array(key, { maxLength: 4 }) }) },
    { weight: 3, arbitrary: fc.record({
      do: fc.constantFrom('entries' as const, 'keys' as const, 'values' as const),
      range: ranges(key, hasPrefixes) }) },
  );
  const many: fc.Arbitrary<Step<K, V>> = fc.oneof(
    fc.record({ do: fc.constant('batch' as const), writes: fc.array(write, { maxLength: 8 }) }),
    fc.record({
      do: fc.constant('transaction' as const), fails: fc.boolean(),
      steps: fc.array(simple, { maxLength: 8 }),
    }),
  );
  return fc.array(fc.oneof({ weight: 6, arbitrary: simple }, { weight: 1, arbitrary: many }), {
    minLength: 1, maxLength, size: 'max',
  });
}

/** The verbs that a store and a transaction have in common. */
export interface MapVerbs<K, V> {
  get(key: K): V | undefined;
  has(key: K): boolean;
  getMany(keys: readonly K[]): (V | undefined)[];
  put(key: K, value: V): void;
  del(key: K): boolean;
  entries(range?: Range<K>): Iterable<[K, V]>;
  keys(range?: Range<K>): Iterable<K>;
  values(range?: Range<K>): Iterable<V>;
}
