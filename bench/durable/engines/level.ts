// classic-level (LevelDB): a log beside a table in memory; `sync` makes a write wait for the disk.
import { level } from '../../peers.js';
import type { LevelDatabase } from '../../peers.js';
import type { Draw } from '../../kv/workload.js';
import { PER_WAIT, pieces } from '../engine.js';
import type { Engine, Kind } from '../engine.js';

const CACHE_BYTES = 512 * 2 ** 20;

async function inBatches(db: LevelDatabase, batch: Draw, sync: boolean): Promise<void> {
  for (const [from, to] of pieces(batch)) {
    const puts = batch.keys.slice(from, to).map((key, i) =>
      ({ type: 'put' as const, key, value: batch.values[from + i] }));
    await db.batch(puts, { sync });
  }
}

async function putEach(db: LevelDatabase, batch: Draw, sync: boolean): Promise<void> {
  for (let i = 0; i < batch.keys.length; i++) {
    await db.put(batch.keys[i], batch.values[i], { sync });
  }
}

function ways(db: LevelDatabase): Engine['ways'] {
  const batches = (sync: boolean) => ({
    run: (batch: Draw) => inBatches(db, batch, sync),
    note: `no compression, 512 MiB cache; await batch() of ${PER_WAIT}${sync ? ', sync' : ''}`,
  });
  const single = (sync: boolean) => ({
    run: (batch: Draw) => putEach(db, batch, sync),
    note: `no compression, 512 MiB cache; await put() each${sync ? ', sync' : ''}`,
  });
  return {
    'flushed at the end': batches(false), 'flushed per 1000': batches(false),
    'flushed each': single(false),
    'synced per 1000': batches(true), 'synced each': single(true),
  };
}

export const LEVEL: Kind = {
  name: 'classic-level',
  async open(folder) {
    const db = new (level())(folder, {
      keyEncoding: 'buffer', valueEncoding: 'buffer', compression: false, cacheSize: CACHE_BYTES,
    });
    await db.open();
    return {
      name: this.name, copies: 1, shared: false, ways: ways(db),
      peek: (key) => db.getSync(key),
      settle: () => {},
      close: () => db.close(),
    };
  },
};
