// better-sqlite3 with a write-ahead log. synchronous=NORMAL syncs the log at checkpoints only, FULL
// at every commit.
import { join } from 'node:path';
import { sqlite } from '../../peers.js';
import type { SqliteDatabase, SqliteStatement } from '../../peers.js';
import type { Draw } from '../../kv/workload.js';
import { PER_WAIT, pieces } from '../engine.js';
import type { Engine, Kind } from '../engine.js';

type PutPart = (batch: Draw, from: number, to: number) => void;

function putEach(insert: SqliteStatement, { keys, values }: Draw): void {
  for (let i = 0; i < keys.length; i++) insert.run(keys[i], values[i]);
}

function inTransactions(putPart: PutPart, batch: Draw): void {
  for (const [from, to] of pieces(batch)) putPart(batch, from, to);
}

function normal(db: SqliteDatabase, insert: SqliteStatement, putPart: PutPart): Engine['ways'] {
  const perThousand = {
    run: (batch: Draw) => inTransactions(putPart, batch),
    note: `WAL, synchronous=NORMAL; transactions of ${PER_WAIT}`,
  };
  return {
    'flushed at the end': perThousand,
    'flushed per 1000': perThousand,
    'flushed each': {
      run: (batch) => putEach(insert, batch),
      note: 'WAL, synchronous=NORMAL; each put a transaction',
    },
    'synced at the end': {
      run: (batch) => {
        inTransactions(putPart, batch);
        db.exec('PRAGMA wal_checkpoint(FULL)');
      },
      note: `WAL, synchronous=NORMAL; transactions of ${PER_WAIT}, wal_checkpoint(FULL) at the end`,
    },
  };
}

function full(insert: SqliteStatement, putPart: PutPart): Engine['ways'] {
  const perThousand = {
    run: (batch: Draw) => inTransactions(putPart, batch),
    note: `WAL, synchronous=FULL; transactions of ${PER_WAIT}`,
  };
  return {
    'synced at the end': perThousand,
    'synced per 1000': perThousand,
    'synced each': {
      run: (batch) => putEach(insert, batch),
      note: 'WAL, synchronous=FULL; each put a transaction',
    },
  };
}

function kind(synchronous: 'NORMAL' | 'FULL'): Kind {
  return {
    name: `better-sqlite3 ${synchronous}`,
    async open(folder) {
      const db = new (sqlite())(join(folder, 'kv.sqlite'));
      db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}`);
      db.exec('CREATE TABLE kv (k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID');
      const insert = db.prepare('INSERT OR REPLACE INTO kv VALUES (?, ?)');
      const select = db.prepare('SELECT v FROM kv WHERE k = ?').pluck();
      const putPart = db.transaction(({ keys, values }: Draw, from: number, to: number) => {
        for (let i = from; i < to; i++) insert.run(keys[i], values[i]);
      });
      return {
        name: this.name, copies: 1, shared: false,
        ways: synchronous === 'NORMAL' ? normal(db, insert, putPart) : full(insert, putPart),
        peek: (key) => select.get(key) as Buffer | undefined,
        settle: () => { db.exec('PRAGMA wal_checkpoint(FULL)'); },
        close: () => { db.close(); },
      };
    },
  };
}

export const SQLITE_NORMAL: Kind = kind('NORMAL');
export const SQLITE_FULL: Kind = kind('FULL');
