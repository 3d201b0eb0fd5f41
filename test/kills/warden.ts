/**
 * The warden: a worker that starts the lanes' workers, terminates them at random moments and
 * starts successors. It is no instance of the store, and no main thread: that one may be blocked.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker, parentPort, workerData } from 'node:worker_threads';
import type { StoreHandle } from 'millrace';
import type { LaneStart } from './lane-worker.js';
import { Ledger } from './ledger.js';
import { Random } from './random.js';

/** What the warden is started with. */
export interface WardenStart {
  readonly handle: StoreHandle;
  readonly ledger: SharedArrayBuffer;
  readonly seed: number;
  readonly kills: number;
}

/** What the warden says at the end. */
export interface WardenReport {
  /** Messages of workers that failed by themselves. */
  readonly failures: string[];
  /** For each kill, the slowest step of the survivors until the next one, in microseconds. */
  readonly stalls: number[];
  /** Workers that died before, and after they had begun to work. */
  readonly early: number;
  readonly atWork: number;
}

/** The longest pause between two kills. */
const PAUSE_MS = 16;

interface Inmate {
  readonly worker: Worker;
  readonly gone: Promise<void>;
  isAtWork: boolean;
}

const { handle, ledger: memory, seed, kills }: WardenStart = workerData;
const ledger = new Ledger(memory);
const random = new Random(seed);
const inmates: Inmate[] = [];
const failures: string[] = [];
const stalls: number[] = [];
let early = 0;
let atWork = 0;

for (let lane = 0; lane < ledger.lanes; lane++) inmates.push(start(lane));
for (let i = 0; i < kills && failures.length === 0; i++) {
  await sleep(random.below(PAUSE_MS));
  // Mostly workers at work; sometimes one that is just starting, wherever it stands.
  const lane = random.below(ledger.lanes);
  while (!inmates[lane].isAtWork && failures.length === 0 && random.next() < 0.995) await sleep(1);
  await kill(lane);
}
ledger.stop();
await Promise.all(inmates.map(({ gone }) => gone));
parentPort?.postMessage({ failures, stalls, early, atWork } satisfies WardenReport, []);

function start(lane: number): Inmate {
  const orders: LaneStart = { handle, ledger: memory, seed, lane };
  const worker = new Worker(new URL('./lane-worker.js', import.meta.url), { workerData: orders });
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const inmate = { worker, gone, isAtWork: false };
  worker.once('message', () => { inmate.isAtWork = true; });
  worker.once('error', (error) => failures.push(error.stack ?? String(error)));
  return inmate;
}

async function kill(lane: number): Promise<void> {
  const { worker, gone, isAtWork } = inmates[lane];
  const others = inmates.map((_, other) => other).filter((other) => other !== lane);
  for (const other of others) ledger.takeSlowest(other);
  await worker.terminate();
  await gone;
  ledger.countKill();
  if (isAtWork) atWork++;
  else early++;
  await sleep(random.below(PAUSE_MS));
  stalls.push(Math.max(0, ...others.map((other) => ledger.takeSlowest(other))));
  inmates[lane] = start(lane);
}
