// What every engine is given: a million keys in random order, values that can be recognised, and a
// model of what each key holds. Prepared before anything is timed, from a seed.

/** Bytes of a key and of a value; a scan's entries; the keys of one getMany. */
export const KEY_BYTES = 8;
export const VALUE_BYTES = 100;
export const SCAN_ENTRIES = 100;
export const MANY_KEYS = 64;

/** Different values. They stay in the cache, so that making them is not what is measured. */
const VALUES = 4096;

/** The same keys for all engines, in the order in which they are to be asked for. */
export interface Batch {
  readonly keys: readonly Buffer[];
  /** The same keys as numbers, for Map. */
  readonly numbers: readonly number[];
  /** What a put writes, parallel to the keys. */
  readonly values: readonly Buffer[];
  /** The same keys in groups, for getMany. */
  readonly groups: readonly (readonly Buffer[])[];
}

/** Keys and their places in the workload. */
export interface Draw extends Batch {
  readonly places: Uint32Array;
  /** Number of the value that a put writes, parallel to the keys. */
  readonly valueNumbers: Uint16Array;
}

/** What is read of a value while the clock runs: enough to notice another value. */
export function digest(value: Uint8Array): number {
  return value[0] + 256 * value[VALUE_BYTES - 1];
}

/** Mulberry32: 32 random bits at a time. */
function randomBits(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** A key is a random number of 53 bits in the upper bits of eight big-endian bytes. */
function writeKey(target: Buffer, offset: number, number: number): void {
  target.writeUInt32BE(Math.floor(number / 2 ** 21), offset);
  target.writeUInt32BE((number % 2 ** 21) * 2 ** 11, offset + 4);
}

export class Workload {
  /** Number of keys. */
  readonly size: number;
  readonly values: readonly Buffer[];

  readonly #numbers: Float64Array;
  /** Places in the order of their keys, and for each place where it stands there. */
  readonly #sorted: Uint32Array;
  readonly #ranks: Uint32Array;
  readonly #holds: Uint16Array;
  readonly #random: () => number;

  constructor(size: number, seed = 1) {
    this.size = size;
    const random = randomBits(seed);
    this.#random = random;
    this.#numbers = Float64Array.from({ length: size }, () =>
      random() * 2 ** 21 + (random() >>> 11));
    const numbers = this.#numbers;
    this.#sorted = Uint32Array.from(numbers.keys()).sort((a, b) => numbers[a] - numbers[b]);
    this.#ranks = new Uint32Array(size);
    this.#sorted.forEach((place, rank) => { this.#ranks[place] = rank; });
    this.values = Array.from({ length: VALUES }, (_, number) => {
      const value = Buffer.alloc(VALUE_BYTES, number % 251);
      value.writeUInt32LE(number);
      value[VALUE_BYTES - 1] = Math.imul(number, 0x9e3779b1) >>> 24;
      return value;
    });
    this.#holds = Uint16Array.from({ length: size }, () => random() % VALUES);
  }

  /** All keys with the values that they hold now, in the order of their places. */
  all(): Draw {
    return this.#batchOf(Uint32Array.from(this.#numbers.keys()), this.#holds.slice());
  }

  /** Keys at random, with new values for them. */
  draw(count: number): Draw {
    const places = Uint32Array.from({ length: count }, () => this.#random() % this.size);
    const valueNumbers = Uint16Array.from({ length: count }, () => this.#random() % VALUES);
    return this.#batchOf(places, valueNumbers);
  }

  /** The items in random order. */
  shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, at: this.#random() }));
    return keyed.sort((a, b) => a.at - b.at).map(({ item }) => item);
  }

  /** From here on the keys hold what was drawn for them. */
  putsWere(draw: Draw): void {
    draw.places.forEach((place, i) => { this.#holds[place] = draw.valueNumbers[i]; });
  }

  /** The value that the key at a place must have. */
  valueAt(place: number): Buffer {
    return this.values[this.#holds[place]];
  }

  /** Sum of the digests of the drawn keys. */
  digestOf(draw: Draw): number {
    return draw.places.reduce((sum, place) => sum + digest(this.valueAt(place)), 0);
  }

  /** Sum of the digests of a scan from each drawn key. */
  scanDigestOf(draw: Draw): number {
    return draw.places.reduce((sum, place) => {
      const from = this.#ranks[place];
      return sum + this.#sorted.subarray(from, from + SCAN_ENTRIES)
        .reduce((inner, other) => inner + digest(this.valueAt(other)), 0);
    }, 0);
  }

  /** Buffers are made in the order of their use, so that the keys cost every engine the same. */
  #batchOf(places: Uint32Array, valueNumbers: Uint16Array): Draw {
    const bytes = Buffer.alloc(places.length * KEY_BYTES);
    const keys = Array.from(places, (place, i) => {
      writeKey(bytes, i * KEY_BYTES, this.#numbers[place]);
      return bytes.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);
    });
    const groups = Array.from({ length: Math.floor(keys.length / MANY_KEYS) }, (_, i) =>
      keys.slice(i * MANY_KEYS, (i + 1) * MANY_KEYS));
    return {
      keys, groups, places, valueNumbers,
      numbers: Array.from(places, (place) => this.#numbers[place]),
      values: Array.from(valueNumbers, (number) => this.values[number]),
    };
  }
}
