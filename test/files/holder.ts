/**
 * Opens a store, writes something durable, and stays until it is killed.
 */
import { MillraceError, open } from 'millrace';
import type { Store } from 'millrace';

async function hold(store: Store<string, number>): Promise<void> {
  const count = store.get('synced') ?? 0;
  store.put('synced', count + 1, { durability: 'synced' });
  store.put('flushed', count + 1);
  await store.flushed();
  process.stdout.write(`opened with ${count}\n`);
}

try {
  await hold(await open<string, number>(process.argv[2], { maxMemory: 4 << 20, slots: 8 }));
} catch (error) {
  if (!(error instanceof MillraceError)) throw error;
  process.stdout.write(`${error.code}\n`);
}
setInterval(() => undefined, 1000);
