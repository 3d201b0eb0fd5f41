// lmdb-js: every batch of puts that its writing thread finds is a transaction. By default it is
// committed first and synced while the next one runs; with noSync it is left to the system.
import { lmdb } from '../../peers.js';
import type { LmdbDatabase } from '../../peers.js';
import type { Draw } from '../../kv/workload.js';
import { PER_WAIT, pieces } from '../engine.js';
import type { Engine, Kind, Way } from '../engine.js';

const MAP_BYTES = 4 * 2 ** 30;

type Bytes = LmdbDatabase<Buffer>;

/** Puts a part of the batch; the promise is that of the last put's commit. */
function putPart(
  db: Bytes, { keys, values }: Draw, from: number, to: number,
): Promise<boolean> | undefined {
  let last: Promise<boolean> | undefined;
  for (let i = from; i < to; i++) last = db.put(keys[i], values[i]);
  return last;
}

/** All puts, with a wait for the commit per thousand: more in flight makes it slower. */
async function putAll(db: Bytes, batch: Draw): Promise<void> {
  for (const [from, to] of pieces(batch)) await putPart(db, batch, from, to);
}

async function putEach(db: Bytes, { keys, values }: Draw, isSynced: boolean): Promise<void> {
  for (let i = 0; i < keys.length; i++) {
    await db.put(keys[i], values[i]);
    if (isSynced) await db.flushed;
  }
}

function unsynced(db: Bytes): Engine['ways'] {
  const perThousand: Way = {
    run: (batch) => putAll(db, batch),
    note: `noSync; await put() per ${PER_WAIT}: written to the map, never synced`,
  };
  return {
    'flushed at the end': perThousand,
    'flushed per 1000': perThousand,
    'flushed each': {
      run: (batch) => putEach(db, batch, false), note: 'noSync; await put() each',
    },
  };
}

function synced(db: Bytes): Engine['ways'] {
  return {
    'synced at the end': {
      run: async (batch) => {
        await putAll(db, batch);
        await db.flushed;
      },
      note: `its own sync; await put() per ${PER_WAIT}, await flushed at the end`,
    },
    'synced per 1000': {
      run: async (batch) => {
        for (const [from, to] of pieces(batch)) {
          await putPart(db, batch, from, to);
          await db.flushed;
        }
      },
      note: `its own sync; await put() and flushed per ${PER_WAIT}`,
    },
    'synced each': {
      run: (batch) => putEach(db, batch, true), note: 'its own sync; await put() and flushed each',
    },
  };
}

function kind(name: string, noSync: boolean, waysOf: (db: Bytes) => Engine['ways']): Kind {
  return {
    name,
    async open(path) {
      const root = lmdb().open({ path, noSync, mapSize: MAP_BYTES, maxDbs: 1 });
      const db = root.openDB<Buffer>({ name: 'kv', keyEncoding: 'binary', encoding: 'binary' });
      return {
        name, copies: 1, shared: true, ways: waysOf(db),
        peek: (key) => db.getBinary(key),
        settle: async () => { await db.flushed; },
        close: () => root.close(),
      };
    },
  };
}

export const LMDB: Kind = kind('lmdb-js', false, synced);
export const LMDB_UNSYNCED: Kind = kind('lmdb-js noSync', true, unsynced);
