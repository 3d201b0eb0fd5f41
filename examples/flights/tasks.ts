// The shared task list. A task belongs to the lane that claimed it, and a claim notes where the
// lane's partitions stood then: what has been published since is the part of the task that is done.

import { taskKey, tasksOf } from './entries.js';
import type { FlightStore, FlightTransaction, Key, Transactor, Value } from './entries.js';
import type { Task } from './source/source.js';

/** A task as a lane got it. */
export interface ClaimedTask extends Task {
  readonly index: number;
  /** The number of the next row in each of the lane's partitions when the task was claimed. */
  readonly tails: readonly number[];
}

// Owners of a task; lanes count from 0.
const NOBODY = -1;
const FINISHED = -2;

/** Fills the list in one atomic batch. */
export function postTasks(
  store: Pick<FlightStore, 'batch'>,
  stream: string,
  tasks: readonly Task[],
): void {
  store.batch(
    tasks.map((task, index) => {
      const value = entryOf({ ...task, index, tails: [] }, NOBODY);
      return { type: 'put' as const, key: taskKey(stream, index), value };
    }),
  );
}

/**
 * The task that a lane has not finished, or else the first free one, claimed. O(tasks).
 *
 * @param tails where the lane's partitions stand, with nothing on its way to them
 * @returns undefined when there is nothing left for this lane
 */
export function claimTask(
  store: Transactor,
  stream: string,
  lane: number,
  tails: readonly number[],
): ClaimedTask | undefined {
  return store.transaction((tx) => {
    const entries = taskEntries(tx, stream);
    const own = entries.find(({ owner }) => owner === lane);
    if (own !== undefined) return own.task;
    const free = entries.find(({ owner }) => owner === NOBODY);
    if (free === undefined) return undefined;
    const task = { ...free.task, tails };
    tx.put(taskKey(stream, task.index), entryOf(task, lane));
    return task;
  });
}

/** Closes a task whose rows are all published. */
export function finishTask(store: Pick<FlightStore, 'put'>, stream: string, task: ClaimedTask) {
  store.put(taskKey(stream, task.index), entryOf(task, FINISHED));
}

/** Whether all rows of all tasks are published. O(tasks). */
export function areTasksFinished(store: Pick<FlightStore, 'entries'>, stream: string): boolean {
  return taskEntries(store, stream).every(({ owner }) => owner === FINISHED);
}

function taskEntries(
  view: Pick<FlightTransaction, 'entries'>,
  stream: string,
): { owner: number; task: ClaimedTask }[] {
  return Array.from(view.entries(tasksOf(stream)), ([key, value]) => readEntry(key, value));
}

function entryOf({ start, end, rows, tails }: ClaimedTask, owner: number): Value {
  return [owner, start, end, rows, ...tails];
}

function readEntry(key: Key, value: Value): { owner: number; task: ClaimedTask } {
  const [owner = NOBODY, start = 0, end = 0, rows = 0, ...tails] = value;
  return { owner, task: { index: Number(key[2]), start, end, rows, tails } };
}
