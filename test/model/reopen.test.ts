/**
 * A store that is closed and opened again and again, against a Map: through many segments of the
 * journal and the checkpoints that take their place.
 */
import { readdirSync } from 'node:fs';
import type { Store } from 'millrace';
import { expect, test } from 'vitest';
import { Random } from '../kills/random.js';
import { SMALL, newDirectory, opened } from '../files/support.js';

const LIVES = 6;
const OPERATIONS = 4000;
const KEYS = 1500;
const BYTES = 700;

const PATIENCE = { timeout: 20_000 };

function checkpointsOf(store: Store<number, string>): number {
  return store.stats().journal?.checkpoints ?? 0;
}

test('six lives of a store, four thousand operations each', async () => {
  const directory = newDirectory();
  const random = new Random(7);
  const model = new Map<number, string>();
  for (let life = 0; life < LIVES; life++) {
    const store = await opened<number, string>(directory, SMALL);
    expect(new Map(store.entries())).toEqual(new Map([...model].sort(([a], [b]) => a - b)));
    expect(store.check().problems).toEqual([]);
    for (let i = 0; i < OPERATIONS; i++) {
      const key = random.below(KEYS);
      const value = `${life} ${i} `.padEnd(random.below(BYTES), 'x');
      const kind = random.below(10);
      if (kind < 3) {
        expect(store.del(key)).toBe(model.delete(key));
      } else if (kind === 3) {
        const other = random.below(KEYS);
        store.batch([{ type: 'put', key, value }, { type: 'del', key: other }]);
        model.set(key, value);
        model.delete(other);
      } else {
        store.put(key, value);
        model.set(key, value);
      }
    }
    await store.flushed({ durability: life % 2 === 0 ? 'flushed' : 'synced' });
    // By the last life one is long due; a life may be too short for it.
    if (life === LIVES - 1) {
      await expect.poll(() => checkpointsOf(store), PATIENCE).toBeGreaterThan(0);
    }
    await store.close();
  }
  // The files of a long life do not pile up.
  expect(readdirSync(directory)).not.toContain('journal.00000001');
  expect(readdirSync(directory).length).toBeLessThan(10);
});
