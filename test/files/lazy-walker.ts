/**
 * Random walks through the lives of one store. As a program: opens it, lives one life of the walk
 * while it is being loaded, makes that durable, and stays until it is killed.
 */
import { deepStrictEqual } from 'node:assert';
import { fileURLToPath } from 'node:url';
import { open } from 'millrace';
import type { Store } from 'millrace';
import { Random } from '../kills/random.js';

const KEYS = 400;
const STEPS = 1500;

type Model = Map<string, string>;

/** Keys that the index holds whole, and keys that only their records tell apart. */
const keyOf = (i: number): string => (i % 2 === 0 ? `k${i}` : `a key with a long beginning ${i}`);

export const sorted = (model: Model): [string, string][] =>
  [...model].sort(([a], [b]) => (a < b ? -1 : 1));

/** One step; what the store says must be what the model says. */
function step(random: Random, value: string, model: Model, store?: Store<string, string>): void {
  const key = keyOf(random.below(KEYS));
  const act = random.below(20);
  if (act < 4) {
    const wasThere = model.delete(key);
    if (store !== undefined) deepStrictEqual(store.del(key), wasThere);
  } else if (act < 8) {
    if (store !== undefined) deepStrictEqual(store.get(key), model.get(key));
  } else if (act < 10) {
    const other = keyOf(random.below(KEYS));
    model.set(key, value).delete(other);
    store?.batch([{ type: 'put', key, value }, { type: 'del', key: other }]);
  } else {
    model.set(key, value);
    store?.put(key, value);
  }
}

/** A life of the walk, on the model alone or on a store, too. */
export function live(
  seed: number, life: number, model: Model, store?: Store<string, string>,
): void {
  const random = new Random(seed, life);
  const steps = random.below(STEPS);
  const looksAt = random.below(2 * STEPS);
  for (let i = 0; i < steps; i++) {
    step(random, `${life}.${i} ${'x'.repeat(random.below(600))}`, model, store);
    if (i === looksAt && store !== undefined) {
      deepStrictEqual([...store.entries()], sorted(model));
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , directory, seed, life] = process.argv;
  const model: Model = new Map();
  for (let before = 0; before < Number(life); before++) live(Number(seed), before, model);
  const store = await open<string, string>(directory, {
    maxMemory: 4 << 20, slots: 8, checkpointBytes: 1 << 18, flushInterval: 1,
  });
  live(Number(seed), Number(life), model, store);
  await store.flushed();
  process.stdout.write('lived\n');
  setInterval(() => undefined, 1000);
}
