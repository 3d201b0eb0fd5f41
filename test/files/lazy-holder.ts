/**
 * Opens a store lazily, puts one durable key, and stays until it is killed.
 */
import { open } from 'millrace';

const [, , directory, key] = process.argv;
const store = await open<number, string>(directory, { maxMemory: 4 << 20, slots: 8 });
store.put(Number(key), 'more', { durability: 'synced' });
process.stdout.write('put\n');
setInterval(() => undefined, 1000);
