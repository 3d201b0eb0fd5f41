// better-sqlite3, in memory: there it is at its best. A WAL file with synchronous=OFF takes about
// one and a half times as long per get and twice as long per put.
import { sqlite } from '../../peers.js';
import type { SqliteStatement } from '../../peers.js';
import type { Engine } from '../engine.js';
import { digest, SCAN_ENTRIES } from '../workload.js';
import type { Batch } from '../workload.js';

const IN_MEMORY = "':memory:', prepared statements, WITHOUT ROWID";

function get(select: SqliteStatement, { keys }: Batch): number {
  let sum = 0;
  for (const key of keys) sum += digest(select.get(key) as Buffer);
  return sum;
}

function put(insert: SqliteStatement, { keys, values }: Batch): number {
  for (let i = 0; i < keys.length; i++) insert.run(keys[i], values[i]);
  return 0;
}

function scan(select: SqliteStatement, { keys }: Batch): number {
  let sum = 0;
  for (const key of keys) {
    for (const [, value] of select.all(key) as [Buffer, Buffer][]) sum += digest(value);
  }
  return sum;
}

export function openSqlite(content: Batch): Engine {
  const db = new (sqlite())(':memory:');
  db.exec('CREATE TABLE kv (k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID');
  const insert = db.prepare('INSERT OR REPLACE INTO kv VALUES (?, ?)');
  const select = db.prepare('SELECT v FROM kv WHERE k = ?').pluck();
  const range = db.prepare(
    `SELECT k, v FROM kv WHERE k >= ? ORDER BY k LIMIT ${SCAN_ENTRIES}`,
  ).raw();
  db.transaction((batch: Batch) => { put(insert, batch); })(content);
  const reading = { run: (batch: Batch) => get(select, batch), copies: 1 };
  const scanning = { run: (batch: Batch) => scan(range, batch), copies: 1 };
  return {
    name: 'better-sqlite3', durable: false, shared: false,
    ops: {
      get: { ...reading, note: IN_MEMORY },
      getView: { ...reading, note: `${IN_MEMORY}; has no views` },
      put: {
        run: (batch) => put(insert, batch), copies: 1,
        note: `${IN_MEMORY}; each put is a transaction`,
      },
      scan100: { ...scanning, note: IN_MEMORY },
      scan100View: { ...scanning, note: `${IN_MEMORY}; has no views` },
      getMany64: { ...reading, note: `${IN_MEMORY}; 64 selects` },
    },
    peek: (key) => select.get(key) as Buffer | undefined,
    close: () => { db.close(); },
  };
}
