// One run: a store, workers, a server and its clients, a killer; and the comparison at the end.

import { Worker } from 'node:worker_threads';
import { open } from 'millrace';
import { close, listen } from './front.js';
import type { LoadReport, LoadStart, SeenSession } from './messages.js';
import type { Options } from './options.js';
import { Pool } from './pool.js';
import { seededRandom } from './random.js';
import type { Outcome } from './report.js';
import { openRequests, sessionsOf } from './service.js';
import type { Key, SessionStore, Value } from './service.js';

const MEMORY = 64 * 2 ** 20;

/**
 * Runs the example.
 *
 * @throws what ended a worker that nobody killed
 */
export async function run({ seconds, workers, killEvery, seed }: Options): Promise<Outcome> {
  const store = await open<Key, Value>(':memory:', { maxMemory: MEMORY });
  try {
    const pool = new Pool(store.handle, workers);
    await pool.start();
    const front = await listen(store, pool);
    const random = seededRandom(seed);
    const killer = setInterval(
      () => pool.kill((count) => Math.floor(random() * count)), killEvery,
    );
    let load: LoadReport;
    try {
      load = await runLoad({ port: front.port, seconds, seed });
    } finally {
      clearInterval(killer);
      await close(front);
      await pool.stop();
    }
    const { killed, retried, found } = pool;
    const wrong = [...load.wrong, ...differences(store, load.sessions)];
    return { seconds, killed, retried, found, load, wrong };
  } finally {
    await store.close();
  }
}

function runLoad(workerData: LoadStart): Promise<LoadReport> {
  const worker = new Worker(new URL('./load-worker.js', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The load ended without a report.')));
  });
}

/** What the store holds in the end against what the clients were told. */
function differences(store: SessionStore, seen: readonly SeenSession[]): string[] {
  const wrong: string[] = [];
  const told = new Map(seen.map((one) => [one.session, one]));
  for (const [session, { token, visits }] of sessionsOf(store)) {
    const one = told.get(session);
    told.delete(session);
    if (one?.token === token && one.visits === visits) continue;
    wrong.push(`${session}: ${visits} visits are stored, ${one?.visits ?? 0} were told`);
  }
  for (const session of told.keys()) wrong.push(`${session}: is not in the store`);
  const remembered = openRequests(store);
  if (remembered > 0) wrong.push(`${remembered} answered requests are still in the store`);
  const { problems } = store.check();
  return [...wrong, ...problems.map(({ where, message }) => `${where}: ${message}`)];
}
