// What every worker of the job does: attach, say so, wait for a lane, work, and leave. A worker
// keeps nothing that its replacement could not find in the store.

import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { attach, MillraceError } from 'millrace';
import { numbers } from './entries.js';
import type { FlightStore, FlightStream, Key, Value } from './entries.js';
import { KillSwitch } from './kills.js';
import { InputProblem, messageOf } from './problem.js';
import { Progress } from './progress.js';
import type { Clock, Role } from './progress.js';
import type { Order, WorkerReport, WorkerStart } from './protocol.js';

/** Everything that a worker works with. */
export interface Duty {
  readonly start: WorkerStart;
  readonly store: FlightStore;
  readonly stream: FlightStream;
  /** Counts rows that were passed on; whoever passes a kill mark with them is doomed. */
  countRows(rows: number): void;
  readonly killSwitch: KillSwitch;
}

/** A lane's work. */
export type Work = (lane: number, clock: Clock) => Promise<void>;

/**
 * Runs a worker from its start to its end, unless it is killed before.
 *
 * @param prepare what needs no lane and can be done before the work is given out
 */
export async function serve(role: Role, prepare: (duty: Duty) => Promise<Work>): Promise<void> {
  const start: WorkerStart = workerData;
  const { handle, identity, marks } = start;
  const progress = new Progress(start.progress);
  try {
    const store = attach<Key, Value>(handle, { identity, valueEncoding: numbers });
    const meter = progress.meter(role);
    const killSwitch = new KillSwitch(marks, role, meter, () => report({ kind: 'kill me' }));
    const countRows = (rows: number): void => {
      meter.countRows(rows);
      killSwitch.rowsCounted();
    };
    const stream = store.stream(start.stream);
    const work = await prepare({ start, store, stream, countRows, killSwitch });
    const order = await nextOrder();
    if (order.kind === 'work') {
      await work(order.lane, progress.clock(role, order.lane));
      // Marks that were passed faster than victims came up are paid here, by those who are left.
      killSwitch.rowsCounted();
      killSwitch.stepEnded();
      report({ kind: 'finished' });
    }
    await store.close();
  } catch (error) {
    const input = error instanceof InputProblem;
    const code = error instanceof MillraceError ? `${error.code}: ` : '';
    report({ kind: 'failed', message: code + messageOf(error), input });
  }
}

async function nextOrder(): Promise<Order> {
  if (parentPort === null) throw new Error('this is a worker');
  const order = once(parentPort, 'message');
  report({ kind: 'ready' });
  const [message] = await order;
  return message;
}

function report(message: WorkerReport): void {
  parentPort?.postMessage(message, []);
}
