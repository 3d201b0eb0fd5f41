/**
 * The thread of a supervisor: makes one out of the core, ports and messages of Node.
 */
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { Core } from '../../core.js';
import { Answer } from '../../supervisor/answer.js';
import type { Grant } from '../../supervisor/answer.js';
import { BOUND_MS, awaitGrant } from '../../supervisor/client.js';
import { SlotTable } from '../../supervisor/slot-table.js';
import { Supervisor } from '../../supervisor/supervisor.js';
import { makePorts, openLink } from './links.js';
import { onRequest } from './requests.js';
import type { GrantedOrigin, Order, Report, SupervisorStart } from './supervisor-messages.js';

if (parentPort === null) throw new Error('This file runs as a worker only');
const opener = parentPort;
const { module, memory, origin }: SupervisorStart = workerData;

const table = new SlotTable(memory);
const own: Grant = 'own' in origin ? origin.own : grantFrom(origin);
const core = new Core(module, memory);
core.attach(own.slot, own.generation);
const supervisor = new Supervisor({
  core,
  table,
  makePorts,
  openLink,
  after: (milliseconds, run) => setTimeout(run, milliseconds),
  ended: () => process.exit(0),
}, own);
if ('peer' in origin) supervisor.watch(origin.peer, openLink(origin.port));
onRequest((request) => supervisor.attach(request));
opener.on('message', obey);
table.seat(own.slot, threadId);
report({ kind: 'ready' });

function obey(order: Order): void {
  if (order.kind === 'attach') {
    supervisor.attach(order);
    return;
  }
  supervisor.retire();
  report({ kind: 'occupied' });
}

function report(message: Report): void {
  opener.postMessage(message, []);
}

function grantFrom({ answer, peer }: GrantedOrigin): Grant {
  const grant = awaitGrant(new Answer(answer), table, peer, performance.now() + BOUND_MS);
  if (grant === undefined) throw new Error('The other supervisor gave no slot');
  return grant;
}
