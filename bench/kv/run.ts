// The key-value bench: all engines in this process, one thread, the same million keys.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countAtomics } from './atomics.js';
import { OPS, SHARE } from './engine.js';
import type { Engine } from './engine.js';
import { openLevel } from './engines/level.js';
import { openLmdb } from './engines/lmdb.js';
import { openMap } from './engines/map.js';
import { openBare, openMillrace } from './engines/millrace.js';
import { openSqlite } from './engines/sqlite.js';
import { checkContent, measure } from './measure.js';
import { rowsOf } from './rows.js';
import type { Row } from './rows.js';
import { MANY_KEYS, Workload } from './workload.js';

export interface KvOptions {
  readonly keys: number;
  /** Keys that each engine is asked for per round, about: whole groups of getMany. */
  readonly perRound: number;
  readonly rounds: number;
  /** Called before each step that takes a while. */
  readonly tell: (step: string) => void;
}

async function openAll(folder: string, workload: Workload): Promise<Engine[]> {
  const content = workload.all();
  const engines = [
    await openMillrace(content),
    await openBare(content),
    ...await openLmdb(join(folder, 'lmdb'), content),
    openSqlite(content),
    await openLevel(join(folder, 'level'), content),
    openMap(content),
  ];
  for (const engine of engines) checkContent(engine, workload, content);
  return engines;
}

/**
 * Loads every engine, measures every operation and returns the rows, ours first in each operation.
 * @throws Error when an engine returns a wrong value.
 */
export async function runKv({ keys, perRound, rounds, tell }: KvOptions): Promise<Row[]> {
  const workload = new Workload(keys);
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  let engines: Engine[] = [];
  try {
    tell('counting atomics');
    const atomics = await countAtomics();
    tell(`loading ${keys.toLocaleString('en')} keys into every engine`);
    engines = await openAll(folder, workload);
    const rows: Row[] = [];
    for (const op of OPS) {
      tell(`measuring ${op}`);
      const count = MANY_KEYS * Math.ceil(perRound / SHARE[op] / MANY_KEYS);
      rows.push(...rowsOf(op, await measure(op, engines, workload, count, rounds), atomics[op]));
    }
    return rows;
  } finally {
    for (const engine of engines) await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}
