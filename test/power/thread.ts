/**
 * One thread of a campaign: draws and judges its share of the images of the sessions it is given.
 */
import { parentPort } from 'node:worker_threads';
import { Images, type Outcome } from './campaign.js';
import { Tape } from './tape.js';
import type { PlainSession } from './threads.js';

/** What a thread is told. */
export interface Order {
  readonly session: PlainSession;
  readonly numbers: readonly number[];
}

/** What it says of all images at once. */
export type Judged = readonly Outcome[];

parentPort?.on('message', async ({ session, numbers }: Order) => {
  const images = new Images({ ...session, tape: new Tape(session.tape) });
  const outcomes: Outcome[] = [];
  for await (const outcome of images.outcomes(numbers)) outcomes.push(outcome);
  parentPort?.postMessage(outcomes satisfies Judged, []);
});
