/**
 * Requests to attach, from thread to thread: a worker that was given nothing but a handle reaches
 * a supervisor by its thread id. Node passes such messages on in the main thread.
 */
import { postMessageToThread, threadId } from 'node:worker_threads';
import type { AttachRequest } from '../../supervisor/instance.js';
import { portsIn } from './links.js';

/** Threads of Node can attach at once. */
export function ready(): Promise<void> {
  return Promise.resolve();
}

/** The number of this thread; no other thread of the process ever gets it. */
export function thisThread(): number {
  return threadId;
}

/** Sends a request. Whether it arrives shows in its answer only. */
export function sendRequest(thread: number, request: AttachRequest): void {
  postMessageToThread(thread, request, portsIn(request)).catch(() => {
    // The thread has ended. The slot table will say so, and the request goes to another one.
  });
}

/** Calls back for each request that other threads send to this one; other messages are not ours. */
export function onRequest(take: (request: AttachRequest) => void): void {
  process.on('workerMessage', (message: AttachRequest | undefined) => {
    if (message?.kind === 'attach') take(message);
  });
}
