/**
 * The thread of a journal worker: an instance of the store that can write its files.
 */
import { workerData } from 'node:worker_threads';
import { Core } from '../../core.js';
import { serveUntilStopped } from '../../journal/serve.js';
import { Answer } from '../../supervisor/answer.js';
import { BOUND_MS, Membership, awaitGrant } from '../../supervisor/client.js';
import { SlotTable } from '../../supervisor/slot-table.js';
import { openLink } from './links.js';
import type { JournalStart } from './supervisor-messages.js';
import { openFiles } from './wasi.js';

const { module, memory, files, answer, peer, port }: JournalStart = workerData;

const access = await openFiles(files);
const core = new Core(module, memory, access.wasiOn(memory));
const giveUpAt = performance.now() + BOUND_MS;
const grant = awaitGrant(new Answer(answer, memory), new SlotTable(memory), peer, giveUpAt);
if (grant === undefined) throw new Error('The supervisor gave no slot');
const membership = new Membership(grant, openLink(port));
core.attach(grant.slot, grant.generation);
await serveUntilStopped(core, access);
membership.leave();
access.close();
