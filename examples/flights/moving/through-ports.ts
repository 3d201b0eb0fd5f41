// Moves the same rows by postMessage between as many workers, for comparison: nobody is killed.

import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Catalog } from '../catalog.js';
import type { FlightStream } from '../entries.js';
import { divide, keyOf } from '../outlet.js';
import { sameSums } from '../sums.js';
import type {
  Manner, PortConsumerStart, PortResult, PortSourceStart,
} from './port-protocol.js';
import { slicesOf } from './slices.js';
import type { Move, MovePlan } from './through-store.js';

/** One round: from the first row sent to the last sums received. */
export async function moveThroughPorts(
  plan: MovePlan,
  manner: Manner,
  catalog: Catalog,
  stream: FlightStream,
): Promise<Move> {
  const { job, packed, workers } = plan;
  const slices = slicesOf(plan.rows, workers);
  const division = divide(workers);
  // Rows go by the same keys as in the stream.
  const consumers = Uint8Array.from({ length: catalog.size }, (_, group) =>
    keyOf(catalog.groupOf(group), stream, division) % workers);
  const channels = slices.map(() => Array.from({ length: workers }, () => new MessageChannel()));
  const takers = Array.from({ length: workers }, (_, to) => {
    const ports = channels.map((row) => row[to].port2);
    return start('consumer', { job, ports } satisfies PortConsumerStart, ports);
  });
  const givers = slices.map((slice, from) => {
    const ports = channels[from].map(({ port1 }) => port1);
    const data = { job, manner, packed, slice, ports, consumers } satisfies PortSourceStart;
    return start('source', data, ports);
  });
  const all = await Promise.all([...takers, ...givers]);
  const results = all.slice(0, workers).map((worker) => resultOf(worker));
  const started = performance.now();
  for (const worker of all.slice(workers)) worker.postMessage('go', []);
  const sums = await Promise.all(results);
  const seconds = (performance.now() - started) / 1000;
  await Promise.all(all.map((worker) => worker.terminate()));
  return { seconds, killed: 0, mismatches: mismatchesOf(sums, plan, catalog) };
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

async function resultOf(worker: Worker): Promise<PortResult> {
  const [result] = await once(worker, 'message');
  return result;
}

function mismatchesOf(results: readonly PortResult[], { plain }: MovePlan, catalog: Catalog) {
  let groups = 0;
  let same = 0;
  for (const result of results) {
    const width = result.sums.length / result.groups.length;
    result.groups.forEach((group, at) => {
      const expected = plain.get(catalog.groupOf(group));
      const sums = [...result.sums.subarray(at * width, (at + 1) * width)];
      groups += 1;
      if (expected !== undefined && sameSums(sums, expected)) same += 1;
    });
  }
  return groups - same + (plain.size - same);
}
