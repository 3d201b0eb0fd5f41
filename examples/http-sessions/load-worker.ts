// The load: clients in a thread of their own, each with one connection and one request at a time.
// It knows nothing of the store; whether the answers are right it can tell from them alone.

import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Ledger } from './ledger.js';
import type { Sent } from './ledger.js';
import type { LoadReport, LoadStart } from './messages.js';
import { seededRandom } from './random.js';
import { LIMIT, WINDOW_MS } from './service.js';

const CONNECTIONS = 16;
const SESSIONS = 32;
const KEYS = 8;
/** A client that was refused comes back in a quarter of a window. */
const PAUSE_MS = WINDOW_MS / 4;
const PATIENCE_MS = 10_000;

if (parentPort === null) throw new Error('This file runs as a worker only');
const { port, seconds, seed }: LoadStart = workerData;
const ledger = new Ledger(LIMIT);
const latencies: number[] = [];
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const end = performance.now() + seconds * 1000;

await Promise.all(Array.from({ length: CONNECTIONS }, (_, connection) => visitAll(connection)));
agent.destroy();
ledger.finish();
const { requests, refused, wrong } = ledger;
const sessions = ledger.seen();
const report: LoadReport = {
  requests, refused, wrong, sessions, latencies: Float64Array.from(latencies),
};
parentPort.postMessage(report, []);

async function visitAll(connection: number): Promise<void> {
  const random = seededRandom(seed + connection);
  while (performance.now() < end) {
    const number = Math.floor(random() * SESSIONS);
    const sent = { connection, session: `s${number}`, apiKey: `key${number % KEYS}` };
    if (await visit(sent) === 429) await sleep(PAUSE_MS);
  }
}

/** One request from the first byte sent to the last one read; its status, 0 if it had no answer. */
async function visit(sent: Sent): Promise<number> {
  const started = performance.now();
  try {
    const [status, text] = await post(sent);
    latencies.push(performance.now() - started);
    ledger.record(sent, status, JSON.parse(text));
    return status;
  } catch (error) {
    ledger.recordFailure(sent, error);
    return 0;
  }
}

function post({ session, apiKey }: Sent): Promise<[status: number, text: string]> {
  return new Promise((resolve, reject) => {
    const headers = { cookie: `sid=${session}`, 'x-api-key': apiKey };
    const options = { host: '127.0.0.1', port, path: '/visit', method: 'POST', agent, headers };
    const sending = request({ ...options, timeout: PATIENCE_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve([response.statusCode ?? 0, String(Buffer.concat(chunks))]));
    });
    sending.on('error', reject);
    sending.on('timeout', () => sending.destroy(new Error('it took too long')));
    sending.end();
  });
}
