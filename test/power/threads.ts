/**
 * Judges the images of a session in several threads.
 */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Outcome } from './campaign.js';
import type { Session } from './session.js';
import type { Judged, Order } from './thread.js';

/** A session that can be posted and stored. */
export type PlainSession = Omit<Session, 'tape'> & { readonly tape: SharedArrayBuffer };

export const plain = (session: Session): PlainSession =>
  ({ ...session, tape: session.tape.memory });

export class Threads {
  private readonly workers: Worker[];

  constructor(count = availableParallelism()) {
    this.workers = Array.from({ length: count }, () =>
      new Worker(new URL('./thread.js', import.meta.url)));
  }

  /** The outcomes of `count` images, by their numbers. */
  async judge(session: Session, count: number): Promise<Outcome[]> {
    const all = Array.from({ length: count }, (_, i) => i);
    const shares = await Promise.all(this.workers.map(async (worker, share) => {
      const numbers = all.filter((number) => number % this.workers.length === share);
      const order: Order = { session: plain(session), numbers };
      worker.postMessage(order, []);
      const [judged] = await once(worker, 'message') as [Judged];
      return judged;
    }));
    return shares.flat().sort((a, b) => a.number - b.number);
  }
  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
