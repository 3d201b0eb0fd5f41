// Moves the same rows by postMessage between as many workers, for comparison: nobody is killed.

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Catalog } from '../catalog.js';
import { divide, KeyTable } from '../division.js';
import type { FlightStream } from '../entries.js';
import { sameSums } from '../sums.js';
import type {
  Manner, PortConsumerStart, PortResult, PortSourceStart,
} from './port-protocol.js';
import { slicesOf } from './slices.js';
import type { Slice } from './slices.js';
import { SETTLE_MS } from './through-store.js';
import type { Move, MovePlan } from './through-store.js';

// Rows of the pass before the clock starts, in which the workers' code gets compiled.
const REHEARSED = 100_000;

/** The workers of one way. */
interface Ports {
  readonly sources: readonly Worker[];
  readonly consumers: readonly Worker[];
}

/** One round: from the first row sent to the last sums received. */
export async function moveThroughPorts(
  plan: MovePlan,
  manner: Manner,
  catalog: Catalog,
  stream: FlightStream,
): Promise<Move> {
  const { workers, rows } = plan;
  const ports = await startAll(plan, manner, catalog, stream);
  await pass(ports, slicesOf(Math.min(rows, REHEARSED), workers));
  await sleep(SETTLE_MS);
  const slices = slicesOf(rows, workers);
  const started = performance.now();
  const results = await pass(ports, slices);
  const seconds = (performance.now() - started) / 1000;
  await Promise.all([...ports.sources, ...ports.consumers].map((worker) => worker.terminate()));
  return { seconds, killed: 0, mismatches: mismatchesOf(results, plan) };
}

async function startAll(
  { job, packed, workers }: MovePlan,
  manner: Manner,
  catalog: Catalog,
  stream: FlightStream,
): Promise<Ports> {
  const { groups } = catalog;
  // Rows go by the same keys as in the stream.
  const table = new KeyTable(divide(workers), stream, catalog);
  table.refresh();
  const consumers = table.keys.map((key) => key % workers);
  const lanes = Array.from({ length: workers }, (_, lane) => lane);
  const channels = lanes.map(() => lanes.map(() => new MessageChannel()));
  const takers = lanes.map((to) => {
    const ports = channels.map((row) => row[to].port2);
    return start('consumer', { job, ports, groups } satisfies PortConsumerStart, ports);
  });
  const givers = lanes.map((from) => {
    const ports = channels[from].map(({ port1 }) => port1);
    const data = { job, manner, packed, ports, consumers, groups } satisfies PortSourceStart;
    return start('source', data, ports);
  });
  return { sources: await Promise.all(givers), consumers: await Promise.all(takers) };
}

/** Starts a worker and resolves when it is ready. */
async function start(
  role: 'source' | 'consumer', workerData: unknown, ports: MessagePort[],
): Promise<Worker> {
  const script = new URL(`./port-${role}.js`, import.meta.url);
  const worker = new Worker(script, { workerData, transferList: ports });
  await once(worker, 'message');
  return worker;
}

/** Lets each source send its slice, and resolves with what the consumers have found. */
async function pass(
  { sources, consumers }: Ports, slices: readonly Slice[],
): Promise<PortResult[]> {
  const results = consumers.map((worker) => resultOf(worker));
  sources.forEach((worker, at) => worker.postMessage(slices[at], []));
  return await Promise.all(results);
}

async function resultOf(worker: Worker): Promise<PortResult> {
  const [result] = await once(worker, 'message');
  return result;
}

function mismatchesOf(results: readonly PortResult[], { plain }: MovePlan): number {
  let groups = 0;
  let same = 0;
  for (const result of results) {
    const width = result.sums.length / result.groups.length;
    result.groups.forEach((group, at) => {
      const expected = plain.get(group);
      const sums = [...result.sums.subarray(at * width, (at + 1) * width)];
      groups += 1;
      if (expected !== undefined && sameSums(sums, expected)) same += 1;
    });
  }
  return groups - same + (plain.size - same);
}
