/**
 * Requests to attach in browsers: the slot table names the thread of a supervisor, and with it the
 * channel that it listens on. What is posted leaves at once, also when the thread then blocks.
 */
import type { AttachRequest } from '../../supervisor/instance.js';
import { listenAs, takeRequests, wayTo } from './inbox.js';
import type { Parcel } from './inbox.js';
import { thisThread } from './thread.js';

/** Sends a request. Whether it arrives shows in its answer only. */
export function sendRequest(thread: number, request: AttachRequest): void {
  const way = wayTo(thread);
  way.postMessage({ kind: 'request', request } satisfies Parcel);
  way.close();
}

/** Calls back for each request that other threads send to this one. */
export function onRequest(take: (request: AttachRequest) => void): void {
  takeRequests(take);
  listenAs(thisThread());
}
