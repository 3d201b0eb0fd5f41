/**
 * The worker of a supervisor: makes one out of the core and the channels and locks of a browser.
 */
import { Core } from '../../core.js';
import { MillraceError } from '../../errors.js';
import { SERVICE_SLOTS, SERVICE_SLOTS_WITH_FILES } from '../../sizes.js';
import { Answer } from '../../supervisor/answer.js';
import type { Grant } from '../../supervisor/answer.js';
import { ask, BOUND_MS } from '../../supervisor/client.js';
import type { Link } from '../../supervisor/link.js';
import { SlotTable } from '../../supervisor/slot-table.js';
import type { SupervisorSeat } from '../../supervisor/slot-table.js';
import { Supervisor } from '../../supervisor/supervisor.js';
import { JournalThread } from './journal-thread.js';
import { makePorts, openLink } from './links.js';
import { onRequest } from './requests.js';
import type { Order, Report, SupervisorStart } from './supervisor-messages.js';
import { ready, thisThread } from './thread.js';

/** How long a retired supervisor waits before it says that it is needed, in milliseconds. */
const LOOK_MS = 100;

/** A slot of one's own, and the supervisor that gave it. */
interface Origin {
  readonly grant: Grant;
  readonly peer?: { readonly seat: SupervisorSeat; readonly link: Link };
}

let supervisor: Supervisor | undefined;
let journal: JournalThread | undefined;
let isEnding = false;

addEventListener('message', ({ data }: MessageEvent<Order>) => {
  // A rejected promise is not seen outside of the worker, a reported error is.
  if (data.kind === 'start') start(data).catch(reportError);
  else retire(data.opener);
});

async function start(order: SupervisorStart): Promise<void> {
  const { module, memory, thread, files, own } = order;
  await ready(thread);
  if (thisThread() !== thread) throw new MillraceError('SUPERVISOR_LOST', 'Its number is in use.');
  const table = new SlotTable(memory);
  const { grant, peer } = own ? { grant: own } : originFrom(table, memory);
  const core = new Core(module, memory);
  core.attach(grant.slot, grant.generation);
  const made = new Supervisor({
    core,
    table,
    serviceSlots: files === undefined ? SERVICE_SLOTS : SERVICE_SLOTS_WITH_FILES,
    makePorts,
    openLink,
    answerAt: (place) => new Answer(place, memory),
    after: (milliseconds, run) => setTimeout(run, milliseconds),
    ended: () => void end(),
  }, grant);
  journal = files && new JournalThread({ module, memory, files });
  if (peer) made.watch({ ...peer.seat, role: 'supervisor', rejoined: false }, peer.link);
  supervisor = made;
  onRequest((request) => made.attach(request));
  table.seat(grant.slot, thread);
  journal?.start();
  report({ kind: 'ready' });
}

function originFrom(table: SlotTable, memory: WebAssembly.Memory): Origin {
  const giveUpAt = performance.now() + BOUND_MS;
  const [seat] = table.supervisors();
  const answer = seat && ask(seat, { memory, table, role: 'supervisor', giveUpAt });
  if (!answer) throw new MillraceError('SUPERVISOR_LOST', 'The other supervisor gave no slot.');
  return { grant: answer.grant, peer: { seat, link: answer.link } };
}

function retire(opener?: Grant): void {
  supervisor?.retire(opener);
  // Of a worker that has just been terminated the news may still be on their way.
  setTimeout(() => {
    if (!isEnding) report({ kind: 'occupied' });
  }, LOOK_MS);
}

async function end(): Promise<void> {
  isEnding = true;
  await journal?.stop();
  close();
}

function report(message: Report): void {
  postMessage(message);
}
