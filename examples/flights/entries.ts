// The entries of the shared map, and the only file that says how they are stored:
//   ['task', n]                    owner, start, end, rows   the shared task list
//   ['done', n]                    rows merged so far        progress marker of task n
//   ['route', origin, destination] the sums of the group     (or ['value', text] for any file)

import type { Store, Transaction, ValueCodec } from 'millrace';
import type { Job } from './job.js';

/** A key: its kind, then what tells entries of the kind apart. */
export type Key = readonly (string | number)[];
/** Every value is a short run of numbers. */
export type Value = Float64Array;
/** The shared map as this program uses it. */
export type FlightStore = Store<Key, Value>;
/** What the example does inside a transaction. */
export type FlightTransaction = Pick<Transaction<Key, Value>, 'get' | 'put' | 'entries'>;
/** What runs a transaction: the store, or in a test a plain map. */
export interface Transactor {
  transaction<T>(fn: (tx: FlightTransaction) => T): T;
}

/** Values as their own bytes: eight per number, in the machine's order (one process, one order). */
export const numbers: ValueCodec<Value> = {
  maxBytes: (value) => value.byteLength,
  encodeInto(value, target) {
    target.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return value.byteLength;
  },
  // The copy is private, and aligned as eight-byte numbers must be.
  decode: (view) => new Float64Array(view.slice().buffer),
};

/** The key of a task. */
export function taskKey(task: number): Key {
  return ['task', task];
}

/** The key of a task's progress marker. */
export function doneKey(task: number): Key {
  return ['done', task];
}

/** The key of a group. */
export function groupKey(job: Job, group: readonly string[]): Key {
  return [job.kind, ...group];
}

/** The group that a key of the job's kind names. */
export function groupOf(key: Key): string[] {
  return key.slice(1).map(String);
}

/** The range of all entries of one kind. */
export function allOf(kind: 'task' | 'done' | Job['kind']): { prefix: Key } {
  return { prefix: [kind] };
}
