// The shared task list. A claim names the worker, so that the claims of a dead one can be returned.
// A claim only keeps two workers from doing the same work: what makes a task's rows count exactly
// once is the progress marker, which moves in the transaction that adds the rows (merge.ts).

import { allOf, doneKey, taskKey } from './entries.js';
import type { FlightStore, FlightTransaction, Key, Transactor, Value } from './entries.js';
import type { Task } from './source/source.js';

/** A task together with its place in the list. */
export interface ClaimedTask extends Task {
  readonly index: number;
}

/** What a worker gets when it asks for work. */
export type Claim = ClaimedTask | 'wait' | 'finished';

// Owners of a task; workers count from 1.
const NOBODY = 0;
const FINISHED = -1;

/** Fills the list, with all progress at zero, in one atomic batch. */
export function postTasks(store: Pick<FlightStore, 'batch'>, tasks: readonly Task[]): void {
  store.batch(
    tasks.flatMap((task, index) => [
      { type: 'put' as const, key: taskKey(index), value: entryOf({ ...task, index }, NOBODY) },
      { type: 'put' as const, key: doneKey(index), value: Float64Array.of(0) },
    ]),
  );
}

/**
 * Claims the first free task for a worker. O(tasks).
 *
 * @returns 'wait' when all unfinished tasks are claimed: one may come back if its worker dies
 */
export function claimTask(store: Transactor, worker: number): Claim {
  return store.transaction((tx): Claim => {
    let open = false;
    for (const [key, value] of tx.entries(allOf('task'))) {
      const { owner, task } = readEntry(key, value);
      if (owner === NOBODY) {
        tx.put(key, entryOf(task, worker));
        return task;
      }
      open ||= owner !== FINISHED;
    }
    return open ? 'wait' : 'finished';
  });
}

/** Returns the claims of a worker that died. Gives the number of tasks that are free again. */
export function returnClaims(store: Transactor, worker: number): number {
  return store.transaction((tx) => {
    // Read to the end before the first write: an iterator need not survive a change.
    const entries = Array.from(tx.entries(allOf('task')));
    let returned = 0;
    for (const [key, value] of entries) {
      const { owner, task } = readEntry(key, value);
      if (owner !== worker) continue;
      tx.put(key, entryOf(task, NOBODY));
      returned += 1;
    }
    return returned;
  });
}

/** Rows of a task that are in the map already. */
export function rowsDone(view: Pick<FlightTransaction, 'get'>, task: ClaimedTask): number {
  return view.get(doneKey(task.index))?.[0] ?? 0;
}

/** Moves a task's progress marker; the last move also closes the task. */
export function markDone(tx: FlightTransaction, task: ClaimedTask, rows: number): void {
  tx.put(doneKey(task.index), Float64Array.of(rows));
  if (rows === task.rows) tx.put(taskKey(task.index), entryOf(task, FINISHED));
}

/** Rows of all tasks that are in the map already, by a range scan over the markers. */
export function totalDone(store: Pick<FlightStore, 'values'>): number {
  let rows = 0;
  for (const value of store.values(allOf('done'))) rows += value[0] ?? 0;
  return rows;
}

function entryOf(task: ClaimedTask, owner: number): Value {
  return Float64Array.of(owner, task.start, task.end, task.rows);
}

function readEntry(key: Key, value: Value): { owner: number; task: ClaimedTask } {
  const [owner = NOBODY, start = 0, end = 0, rows = 0] = value;
  return { owner, task: { index: Number(key[1]), start, end, rows } };
}
