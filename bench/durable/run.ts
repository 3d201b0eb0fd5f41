// The durable bench: all engines in this process, one thread, files in one folder.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Workload } from '../kv/workload.js';
import { CASES, SHARE } from './engine.js';
import type { Engine, Kind } from './engine.js';
import { LEVEL } from './engines/level.js';
import { LMDB, LMDB_UNSYNCED } from './engines/lmdb.js';
import { MEMORY, MILLRACE } from './engines/millrace.js';
import { SQLITE_FULL, SQLITE_NORMAL } from './engines/sqlite.js';
import { measureCase, measureLoads } from './measure.js';
import { loadRowsOf, rowsOf } from './rows.js';
import type { Row } from './rows.js';

export interface DurableOptions {
  /** Keys that are put into empty engines. */
  readonly keys: number;
  readonly loadRounds: number;
  /** Keys that are overwritten, and how many of them in a round of the cheapest case. */
  readonly present: number;
  readonly perRound: number;
  readonly rounds: number;
  /** Called before each step that takes a while. */
  readonly tell: (step: string) => void;
}

/** Engines that are loaded with all keys, synced. */
const LOADED: readonly Kind[] = [MILLRACE, MEMORY, LMDB, SQLITE_NORMAL, SQLITE_FULL];
/** Engines whose keys are overwritten, waiting for more and more. */
const OVERWRITTEN: readonly Kind[] = [
  MILLRACE, MEMORY, LMDB, LMDB_UNSYNCED, SQLITE_NORMAL, SQLITE_FULL, LEVEL,
];

const LEAST_PUTS = 20;

async function openAll(folder: string, workload: Workload): Promise<Engine[]> {
  const content = workload.all();
  const engines: Engine[] = [];
  for (const [i, kind] of OVERWRITTEN.entries()) {
    const own = join(folder, `kind-${i}`);
    await mkdir(own);
    const engine = await kind.open(own);
    engines.push(engine);
    const { ways } = engine;
    await (ways['synced at the end'] ?? ways['flushed at the end'] ?? ways.visible)!.run(content);
    await engine.settle();
  }
  return engines;
}

/** The rows of overwriting keys, case by case. */
async function overwriteRows(
  { present, perRound, rounds, tell }: DurableOptions, folder: string,
): Promise<Row[]> {
  const workload = new Workload(present);
  tell(`loading ${present.toLocaleString('en')} keys into every engine`);
  const engines = await openAll(folder, workload);
  try {
    const rows: Row[] = [];
    for (const kase of CASES) {
      tell(`measuring ${kase}`);
      const puts = Math.max(LEAST_PUTS, Math.floor(perRound / SHARE[kase]));
      rows.push(...rowsOf(kase, await measureCase(kase, engines, workload, puts, rounds)));
    }
    return rows;
  } finally {
    for (const engine of engines) await engine.close();
  }
}

/**
 * Measures everything and returns the rows, the one with the gate first.
 * @throws Error when an engine holds a wrong value.
 */
export async function runDurable(options: DurableOptions): Promise<Row[]> {
  const { keys, loadRounds, tell } = options;
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  try {
    tell(`putting ${keys.toLocaleString('en')} keys into empty engines, ${loadRounds} times`);
    const loads =
      await measureLoads(LOADED, MILLRACE, new Workload(keys), loadRounds, folder);
    return [...loadRowsOf(loads), ...await overwriteRows(options, folder)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
