/**
 * The thread of a supervisor: makes one out of the core, ports and messages of Node.
 */
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { Core } from '../../core.js';
import { SERVICE_SLOTS, SERVICE_SLOTS_WITH_FILES } from '../../sizes.js';
import { Answer } from '../../supervisor/answer.js';
import type { Grant } from '../../supervisor/answer.js';
import { BOUND_MS, awaitGrant } from '../../supervisor/client.js';
import { SlotTable } from '../../supervisor/slot-table.js';
import { Supervisor } from '../../supervisor/supervisor.js';
import { JournalThread } from './journal-thread.js';
import { makePorts, openLink } from './links.js';
import { onRequest } from './requests.js';
import type { GrantedOrigin, Order, Report, SupervisorStart } from './supervisor-messages.js';

/** How long a retired supervisor waits before it says that it is needed, in milliseconds. */
const LOOK_MS = 100;

if (parentPort === null) throw new Error('This file runs as a worker only');
const opener = parentPort;
const { module, memory, files, origin }: SupervisorStart = workerData;

const table = new SlotTable(memory);
const own: Grant = 'own' in origin ? origin.own : grantFrom(origin);
const core = new Core(module, memory);
core.attach(own.slot, own.generation);
let isEnding = false;
const supervisor = new Supervisor({
  core,
  table,
  serviceSlots: files === undefined ? SERVICE_SLOTS : SERVICE_SLOTS_WITH_FILES,
  makePorts,
  openLink,
  answerAt: (place) => new Answer(place, memory),
  after: (milliseconds, run) => setTimeout(run, milliseconds),
  ended: () => void end(),
}, own);
const journal = files && new JournalThread(
  { module, memory, files }, own, (request) => supervisor.attach(request));
if ('peer' in origin) supervisor.watch(origin.peer, openLink(origin.port));
onRequest((request) => supervisor.attach(request));
opener.on('message', obey);
table.seat(own.slot, threadId);
journal?.start();
report({ kind: 'ready' });

function obey(order: Order): void {
  if (order.kind === 'attach') {
    supervisor.attach(order);
    return;
  }
  supervisor.retire(order.opener);
  // Of a worker that has just been terminated the news may still be on their way.
  setTimeout(() => {
    if (!isEnding) report({ kind: 'occupied' });
  }, LOOK_MS);
}

async function end(): Promise<void> {
  isEnding = true;
  await journal?.stop();
  process.exit(0);
}

function report(message: Report): void {
  opener.postMessage(message, []);
}

function grantFrom({ answer, peer }: GrantedOrigin): Grant {
  const grant = awaitGrant(new Answer(answer, memory), table, peer, performance.now() + BOUND_MS);
  if (grant === undefined) throw new Error('The other supervisor gave no slot');
  return grant;
}
