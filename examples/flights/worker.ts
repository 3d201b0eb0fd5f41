// A worker: claims a task in the map, decodes it, adds its rows up batch by batch, and merges each
// batch in one transaction. It keeps nothing that its replacement could not find in the map.

import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { attach, MillraceError } from 'millrace';
import { numbers } from './entries.js';
import type { FlightStore, Key, Value } from './entries.js';
import { Groups } from './groups.js';
import type { Rows } from './groups.js';
import { columnsOf, splitColumns } from './job.js';
import { KillSwitch } from './kills.js';
import { mergeBatch } from './merge.js';
import { InputProblem, messageOf } from './problem.js';
import { Progress } from './progress.js';
import type { Phase } from './progress.js';
import { identityOf } from './protocol.js';
import type { WorkerReport, WorkerStart } from './protocol.js';
import { openSource } from './source/open.js';
import type { Source } from './source/source.js';
import { claimTask, returnClaims, rowsDone } from './tasks.js';
import type { ClaimedTask } from './tasks.js';

// Rows between two looks at the kill marks.
const STRIDE = 512;
// Pause before asking again when all unfinished tasks are claimed.
const WAIT_MS = 5;

const start: WorkerStart = workerData;
const { job, lane } = start;
const progress = new Progress(start.progress);
const killSwitch = new KillSwitch(start.marks, progress, () => report({ kind: 'kill me' }));
let batchRows = start.batchRows;

try {
  await work();
} catch (error) {
  const input = error instanceof InputProblem;
  const code = error instanceof MillraceError ? `${error.code}: ` : '';
  report({ kind: 'failed', message: code + messageOf(error), input });
}

async function work(): Promise<void> {
  const identity = identityOf(start.worker);
  const store = attach<Key, Value>(start.handle, { identity, valueEncoding: numbers });
  if (start.replaces !== undefined) returnClaims(store, start.replaces);
  const source = await openSource(job.path);
  for (;;) {
    const claim = timed('move', () => claimTask(store, start.worker));
    if (claim === 'finished') break;
    if (claim === 'wait') await sleep(WAIT_MS);
    else await runTask(store, source, claim);
  }
  // Marks that were passed faster than victims came up are paid here, by those who are left.
  killSwitch.rowsCounted();
  killSwitch.batchEnded();
  await store.close();
}

/** Takes a task from where the progress marker stands to its end. */
async function runTask(store: FlightStore, source: Source, task: ClaimedTask): Promise<void> {
  const before = performance.now();
  const rows = splitColumns(job, await source.decode(task, columnsOf(job)));
  progress.spend(lane, 'decode', performance.now() - before);
  for (;;) {
    const from = rowsDone(store, task);
    if (from >= task.rows) return;
    runBatch(store, rows, task, from);
    killSwitch.batchEnded();
  }
}

/** Adds up one batch and merges it. A batch too large for one transaction is halved. */
function runBatch(store: FlightStore, rows: Rows, task: ClaimedTask, from: number): void {
  const to = Math.min(from + batchRows, task.rows);
  const groups = timed('aggregate', () => addUp(rows, from, to));
  try {
    const batch = { task, from, to, groups };
    timed('move', () => mergeBatch(store, job, batch, (share) => killSwitch.mergeReached(share)));
  } catch (error) {
    const tooLarge = error instanceof MillraceError && error.code === 'TXN_TOO_LARGE';
    if (!tooLarge || to - from === 1) throw error;
    batchRows = Math.ceil((to - from) / 2);
  }
}

function addUp(rows: Rows, from: number, to: number): Groups {
  const groups = new Groups(job.measures.length);
  for (let at = from; at < to; at += STRIDE) {
    const end = Math.min(at + STRIDE, to);
    groups.addRows(rows, at, end);
    progress.countRows(end - at);
    killSwitch.rowsCounted();
  }
  return groups;
}

function timed<T>(phase: Phase, fn: () => T): T {
  const before = performance.now();
  try {
    return fn();
  } finally {
    progress.spend(lane, phase, performance.now() - before);
  }
}

function report(message: WorkerReport): void {
  parentPort?.postMessage(message, []);
}
