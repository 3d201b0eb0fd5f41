/**
 * Work on the map: each lane overwrites a ring of keys of its own, operation n the key n modulo
 * their number. Every fourth operation is a transaction that also counts itself.
 */
import { countOf, encodeCount } from './count.js';
import { identityOf } from './part.js';
import type { Findings, Kill9Store, Part } from './part.js';
import { numberIn, valueOf } from './value.js';

const KEYS = 1000;
const COUNTED = 4;

/** How often the lanes wait for what they have written: by their number, modulo three. */
const FLUSHED_EVERY = 20;
const SYNCED_EVERY = 50;

const keyOf = (lane: number, number: number): unknown[] => ['map', lane, number % KEYS];
const counterOf = (lane: number): unknown[] => ['count', lane];

/** One operation, recorded under its number. */
function operate(
  store: Kill9Store, lane: number, number: number, durability: 'visible' | 'flushed' | 'synced',
): void {
  const key = keyOf(lane, number);
  const value = valueOf(lane, number);
  const options = { sequence: BigInt(number), durability };
  if (number % COUNTED !== 0) {
    store.put(key, value, options);
    return;
  }
  store.transaction((tx) => {
    tx.put(key, value);
    tx.put(counterOf(lane), encodeCount(countOf(tx.get(counterOf(lane))) + 1));
  }, options);
}

async function work(
  store: Kill9Store, lane: number, acknowledge: (number: number) => void,
): Promise<never> {
  let number = Number(store.lastOutcome(identityOf('map', lane))?.sequence ?? 0n);
  for (;;) {
    number++;
    if (lane % 3 === 0) {
      // Waits by blocking for each operation.
      operate(store, lane, number, 'flushed');
      acknowledge(number);
    } else if (lane % 3 === 1) {
      const isSynced = number % SYNCED_EVERY === 0;
      operate(store, lane, number, isSynced ? 'synced' : 'visible');
      if (isSynced) acknowledge(number);
    } else {
      operate(store, lane, number, 'visible');
      if (number % FLUSHED_EVERY !== 0) continue;
      await store.flushed();
      acknowledge(number);
    }
  }
}

/** The numbers in the ring of keys; torn values are left out. */
function numbersOf(store: Kill9Store, lane: number): { numbers: Set<number>; torn: number } {
  const numbers = new Set<number>();
  let torn = 0;
  for (const [key, value] of store.entries({ prefix: ['map', lane] })) {
    const number = numberIn(value, lane);
    if (number === undefined || number % KEYS !== key[2]) torn++;
    else numbers.add(number);
  }
  return { numbers, torn };
}

function inspect(store: Kill9Store, lane: number): Findings {
  const { numbers, torn } = numbersOf(store, lane);
  const found = Math.max(0, ...numbers);
  let holes = 0;
  for (let number = Math.max(1, found - KEYS + 1); number < found; number++) {
    if (!numbers.has(number)) holes++;
  }
  const recorded = Number(store.lastOutcome(identityOf('map', lane))?.sequence ?? 0n);
  const counted = countOf(store.get(counterOf(lane)));
  const duplicated = Math.abs(counted - Math.floor(found / COUNTED)) + Math.abs(recorded - found);
  return { found, holes, torn, duplicated };
}

export const mapPart: Part = { lanes: 3, work, inspect };
