/**
 * A churn: workers overwrite values in a small region, some are killed and replaced, and the
 * cleaner has to make room all the time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { open } from 'millrace';
import type { Store } from 'millrace';
import { ChurnLedger } from './churn-ledger.js';
import { fill, isWhole } from './churn-value.js';
import type { ChurnStart } from './churn-worker.js';
import { Random } from './random.js';

export interface ChurnOptions {
  readonly overwrites: number;
  readonly keys: number;
  readonly region_mib: number;
  readonly kills: number;
  readonly seed: number;
}

export interface ChurnReport {
  readonly overwrites: number;
  readonly region_mib: number;
  /** How often a worker was told that the store is full. */
  readonly full: number;
  readonly leaked_bytes: number;
  readonly kills: number;
  /** Frames that were cleaned. */
  readonly cleaned: number;
  readonly problems: string[];
  readonly seconds: number;
}

const WORKERS = 2;
const VALUE_BYTES = 100;
/** How often progress is looked at, in milliseconds. */
const LOOK_MS = 1;

type ChurnStore = Store<number, Uint8Array>;

/** Runs one churn. Problems are reported, not thrown; what a worker throws is thrown. */
export async function runChurn(options: ChurnOptions): Promise<ChurnReport> {
  const { keys, region_mib } = options;
  const store = await open<number, Uint8Array>(':memory:', {
    maxMemory: region_mib * 1024 * 1024, slots: 2 * WORKERS + 1, valueEncoding: 'binary',
  });
  const value = new Uint8Array(VALUE_BYTES);
  for (let key = 0; key < keys; key++) {
    fill(value, key, 0);
    store.put(key, value);
  }
  const started = performance.now();
  const ledger = ChurnLedger.of(WORKERS);
  const kills = await overwrite(store, ledger, options);
  const seconds = (performance.now() - started) / 1000;
  while (store.members.list().filter(({ role }) => role === 'worker').length > 1) await sleep(1);
  const inspection = store.check();
  const problems = [...inspection.problems.map((problem) => JSON.stringify(problem)),
    ...damage(store, keys)];
  const { cleaned } = store.stats().counters;
  await store.close();
  const { overwrites, full } = ledger;
  const leaked_bytes = inspection.bytes.leaked;
  return { overwrites, region_mib, full, leaked_bytes, kills, cleaned, problems, seconds };
}

/** Runs the workers to their end; returns how many were killed on the way. */
async function overwrite(
  { handle }: ChurnStore, ledger: ChurnLedger, options: ChurnOptions,
): Promise<number> {
  const random = new Random(options.seed);
  const marks = killMarks(options, random);
  const running = new Map<number, Promise<unknown>>();
  const workers: Worker[] = [];
  const start = (lane: number): void => {
    const share = Math.floor((options.overwrites + lane) / WORKERS);
    const orders: ChurnStart = {
      handle, ledger: ledger.memory, seed: options.seed, lane, share, keys: options.keys,
      valueBytes: VALUE_BYTES,
    };
    const worker = new Worker(new URL('./churn-worker.js', import.meta.url), {
      workerData: orders,
    });
    workers[lane] = worker;
    running.set(lane, ended(worker).finally(() => running.delete(lane)));
  };
  for (let lane = 0; lane < WORKERS; lane++) start(lane);
  let kills = 0;
  while (running.size > 0) {
    await Promise.race([sleep(LOOK_MS), ...running.values()]);
    const lanes = [...running.keys()];
    if (lanes.length === 0 || ledger.overwrites < (marks[kills] ?? Infinity)) continue;
    const lane = lanes[random.below(lanes.length)];
    await workers[lane].terminate();
    kills++;
    start(lane);
  }
  return kills;
}

/** Resolves when the worker has ended, rejects with what it threw. */
function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
}

/** Counts of overwrites at which a worker is killed, before nine tenths are done. */
function killMarks({ overwrites, kills }: ChurnOptions, random: Random): number[] {
  const marks = Array.from({ length: kills }, () => random.below(0.9 * overwrites));
  return marks.sort((a, b) => a - b);
}

/** Keys that are missing or whose value nobody has written like that. */
function damage(store: ChurnStore, keys: number): string[] {
  const found: string[] = [];
  for (let key = 0; key < keys; key++) {
    const value = store.get(key);
    if (value === undefined || !isWhole(value, key, VALUE_BYTES)) found.push(`key ${key}`);
  }
  return found;
}
