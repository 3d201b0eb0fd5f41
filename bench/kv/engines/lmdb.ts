// lmdb-js: a memory-mapped B+tree on disk, shared by threads and processes. Nothing is synced to
// the disk here (noSync), as it gains most from that and we keep nothing on disk at all.
import { lmdb } from '../../peers.js';
import type { LmdbDatabase, LmdbRoot } from '../../peers.js';
import type { Engine, Operation } from '../engine.js';
import { digest, SCAN_ENTRIES } from '../workload.js';
import type { Batch } from '../workload.js';

const AWAITED = 1000;
const MAP_BYTES = 4 * 2 ** 30;
const IN_FILE = 'file, noSync';

type Bytes = LmdbDatabase<Buffer>;

async function put(db: Bytes, { keys, values }: Batch): Promise<number> {
  let last: Promise<boolean> | undefined;
  for (let i = 0; i < keys.length; i++) {
    last = db.put(keys[i], values[i]);
    if ((i + 1) % AWAITED === 0) await last;
  }
  await last;
  return 0;
}

function get(db: Bytes, { keys }: Batch): number {
  let sum = 0;
  for (const key of keys) sum += digest(db.getBinary(key)!);
  return sum;
}

function getFast(db: Bytes, { keys }: Batch): number {
  let sum = 0;
  for (const key of keys) sum += digest(db.getBinaryFast(key)!);
  return sum;
}

function scan(db: Bytes, { keys }: Batch): number {
  let sum = 0;
  for (const start of keys) {
    for (const { value } of db.getRange({ start, limit: SCAN_ENTRIES })) sum += digest(value);
  }
  return sum;
}

function scanDigests(db: LmdbDatabase<number>, { keys }: Batch): number {
  let sum = 0;
  for (const start of keys) {
    for (const { value } of db.getRange({ start, limit: SCAN_ENTRIES })) sum += value;
  }
  return sum;
}

function copying(db: Bytes): Engine['ops'] {
  const getMany: Operation = {
    run: (batch) => get(db, batch), copies: 1,
    note: `${IN_FILE}; 64 calls: its getMany goes through a thread pool and is slower here`,
  };
  return {
    get: { run: (batch) => get(db, batch), copies: 1, note: IN_FILE },
    scan100: { run: (batch) => scan(db, batch), copies: 1, note: `${IN_FILE}; getRange` },
    getMany64: getMany,
  };
}

function reusing(db: Bytes, digests: LmdbDatabase<number>): Engine['ops'] {
  const note = `${IN_FILE}; copies to one buffer that the next call overwrites`;
  return {
    get: { run: (batch) => getFast(db, batch), copies: 1, note },
    getView: { run: (batch) => getFast(db, batch), copies: 1, note },
    scan100View: {
      run: (batch) => scanDigests(digests, batch), copies: 1,
      note: `${IN_FILE}; getRange with a decoder that reads its one buffer`,
    },
    getMany64: { run: (batch) => getFast(db, batch), copies: 1, note: `${note}; 64 calls` },
  };
}

/** Three engines over one environment: by its calls that copy, that reuse a buffer, and its put. */
export async function openLmdb(path: string, content: Batch): Promise<Engine[]> {
  const root: LmdbRoot = lmdb().open({ path, noSync: true, mapSize: MAP_BYTES, maxDbs: 2 });
  const bytes = { name: 'kv', keyEncoding: 'binary' };
  const db = root.openDB<Buffer>({ ...bytes, encoding: 'binary' });
  const decode = (value: Uint8Array): number => digest(value);
  const digests = root.openDB<number>({ ...bytes, encoder: { encode: Buffer.from, decode } });
  await put(db, content);
  const common = { durable: true, shared: true, peek: (key: Buffer) => db.getBinary(key) };
  const putting: Operation = {
    run: (batch) => put(db, batch), copies: 1,
    note: `${IN_FILE}; asynchronous put, awaited per ${AWAITED}: one commit for them`,
  };
  return [
    { ...common, name: 'lmdb-js getBinary', ops: copying(db), close: () => root.close() },
    { ...common, name: 'lmdb-js getBinaryFast', ops: reusing(db, digests), close: () => {} },
    { ...common, name: 'lmdb-js put', ops: { put: putting }, close: () => {} },
  ];
}
