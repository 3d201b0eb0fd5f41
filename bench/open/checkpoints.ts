// What checkpoints cost writers: the same puts into two stores of one process, of which one takes
// checkpoints all the time and the other none.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from 'millrace';
import type { Store } from 'millrace';

const MIB = 2 ** 20;
const KEYS = 200_000;
const VALUE_BYTES = 100;
/** Several checkpoints a round, against none. */
const OFTEN = 32 * MIB;
const NEVER = 4096 * MIB;

/** Puts per second, by round, and the checkpoints that were taken on the clock. */
export interface Rates {
  readonly withThem: number[];
  readonly without: number[];
  checkpoints: number;
}

interface Engine {
  readonly store: Store<number, Buffer>;
  readonly rates: number[];
}

async function openAt(
  parent: string, name: string, checkpointBytes: number,
): Promise<Store<number, Buffer>> {
  const directory = join(parent, name);
  await mkdir(directory);
  return open<number, Buffer>(directory, {
    maxMemory: 512 * MIB, checkpointBytes, valueEncoding: 'binary',
  });
}

const checkpointsOf = (store: Store<number, Buffer>): number =>
  store.stats().journal?.checkpoints ?? 0;

/** What one store still does must not be done on the clock of the other. */
async function settle(store: Store<number, Buffer>): Promise<void> {
  await store.flushed({ durability: 'synced' });
  for (let before = -1; before !== checkpointsOf(store);) {
    before = checkpointsOf(store);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

async function round({ store, rates }: Engine, puts: number, value: Buffer): Promise<void> {
  const start = performance.now();
  for (let i = 0; i < puts; i++) store.put((i * 7919) % KEYS, value);
  await store.flushed();
  rates.push(puts / (performance.now() - start) * 1000);
}

export async function measureCheckpoints(
  parent: string, rounds: number, puts: number,
): Promise<Rates> {
  const often = { store: await openAt(parent, 'often', OFTEN), rates: [] };
  const never = { store: await openAt(parent, 'never', NEVER), rates: [] };
  const value = Buffer.alloc(VALUE_BYTES, 'v');
  let before = 0;
  for (let i = -1; i < rounds; i++) {
    for (const engine of i % 2 === 0 ? [often, never] : [never, often]) {
      await settle(engine.store);
      await round(engine, puts, value);
    }
    if (i < 0) {
      for (const { rates } of [often, never]) rates.length = 0;
      before = checkpointsOf(often.store);
    }
  }
  const checkpoints = checkpointsOf(often.store) - before;
  await often.store.close();
  await never.store.close();
  return { withThem: often.rates, without: never.rates, checkpoints };
}
