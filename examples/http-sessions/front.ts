// The front: an HTTP server that reads requests, has a worker answer them, and writes the answers.
//   POST /visit   cookie: sid=NAME   x-api-key: KEY   ->   200 or 429, the answer as JSON

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ask } from './messages.js';
import type { Pool } from './pool.js';
import { forget } from './service.js';
import type { SessionStore } from './service.js';

/** The server and the port that it was given on the loopback interface. */
export interface Front {
  readonly server: Server;
  readonly port: number;
}

/** Starts to listen; port 0 lets the system choose one. */
export async function listen(store: SessionStore, pool: Pool): Promise<Front> {
  let requests = 0;
  const server = createServer((request, response) => {
    // Nothing of interest is in a body, but a connection is free only when it was read.
    request.resume();
    const ask = readAsk(request, requests + 1);
    if (ask === undefined) {
      reply(response, 400, { error: 'POST /visit with a cookie sid and a header x-api-key' });
      return;
    }
    requests++;
    void answer(store, pool, ask, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

/** Stops listening and waits until the last connection is closed. */
export function close({ server }: Front): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

function readAsk({ method, url, headers }: IncomingMessage, id: number): Ask | undefined {
  const session = /(?:^|;\s*)sid=([\w-]{1,64})(?:;|$)/.exec(headers.cookie ?? '')?.[1];
  const apiKey = headers['x-api-key'];
  if (method !== 'POST' || url !== '/visit' || session === undefined) return undefined;
  if (typeof apiKey !== 'string' || !/^[\w-]{1,64}$/.test(apiKey)) return undefined;
  return { id, session, apiKey };
}

async function answer(
  store: SessionStore, pool: Pool, ask: Ask, response: ServerResponse,
): Promise<void> {
  try {
    const given = await pool.ask(ask);
    // The front is the only one that asks twice, and it has its answer.
    forget(store, ask.id);
    reply(response, given.status, given);
  } catch (error) {
    reply(response, 500, { error: String(error) });
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
