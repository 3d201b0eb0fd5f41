// classic-level (LevelDB): a log-structured tree on disk, with a block cache that holds all of it.
import { level } from '../../peers.js';
import type { LevelDatabase } from '../../peers.js';
import type { Engine } from '../engine.js';
import { digest, SCAN_ENTRIES } from '../workload.js';
import type { Batch } from '../workload.js';

const BATCH = 1000;
const CACHE_BYTES = 512 * 2 ** 20;
const IN_FILE = 'file, not synced, no compression, 512 MiB cache';

async function put(db: LevelDatabase, { keys, values }: Batch): Promise<number> {
  for (let from = 0; from < keys.length; from += BATCH) {
    await db.batch(keys.slice(from, from + BATCH).map((key, i) =>
      ({ type: 'put', key, value: values[from + i] })));
  }
  return 0;
}

function get(db: LevelDatabase, { keys }: Batch): number {
  let sum = 0;
  for (const key of keys) sum += digest(db.getSync(key)!);
  return sum;
}

async function scan(db: LevelDatabase, { keys }: Batch): Promise<number> {
  let sum = 0;
  for (const gte of keys) {
    const entries = await db.iterator({ gte, limit: SCAN_ENTRIES }).all();
    for (const [, value] of entries) sum += digest(value);
  }
  return sum;
}

export async function openLevel(path: string, content: Batch): Promise<Engine> {
  const db = new (level())(path, {
    keyEncoding: 'buffer', valueEncoding: 'buffer', compression: false, cacheSize: CACHE_BYTES,
  });
  await db.open();
  await put(db, content);
  const reading = { run: (batch: Batch) => get(db, batch), copies: 1 };
  const scanning = { run: (batch: Batch) => scan(db, batch), copies: 1 };
  const byIterator = `${IN_FILE}; iterator().all(), asynchronous`;
  return {
    name: 'classic-level', durable: true, shared: false,
    ops: {
      get: { ...reading, note: `${IN_FILE}; getSync` },
      getView: { ...reading, note: `${IN_FILE}; getSync, has no views` },
      put: {
        run: (batch) => put(db, batch), copies: 1,
        note: `${IN_FILE}; batches of ${BATCH}, as one put at a time is far slower`,
      },
      scan100: { ...scanning, note: byIterator },
      scan100View: { ...scanning, note: `${byIterator}, has no views` },
      getMany64: { ...reading, note: `${IN_FILE}; 64 calls of getSync` },
    },
    peek: (key) => db.getSync(key),
    close: () => db.close(),
  };
}
