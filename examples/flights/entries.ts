// The entries of the shared map, and the only file that says how they are stored:
//   ['task', stream, n]            owner, start, end, rows, tails    the task list of a stream
//   ['number', ...group]           the number that stands for the group in packed rows
//   ['group', number, ...group]    the same the other way round
//   ['route', origin, destination] the sums of the group     (or ['value', text] for any file)
//   ['moved', ...group]            the same, added up by the second phase, for a while

import type { Batch, Consumer, Store, Stream, Transaction, ValueCodec } from 'millrace';

/** A key: its kind, then what tells entries of the kind apart. */
export type Key = readonly (string | number)[];
/** Every value is a short run of numbers. */
export type Value = readonly number[];
/** The shared map as this program uses it. */
export type FlightStore = Store<Key, Value>;
/** The stream that rows travel through, and its ends. */
export type FlightStream = Stream<Key, Value>;
export type FlightConsumer = Consumer<Key, Value>;
export type FlightBatch = Batch<Key, Value>;
/** What the example does inside a transaction. */
export type FlightTransaction = Pick<Transaction<Key, Value>, 'get' | 'put' | 'entries'>;
/** What runs a transaction: the store, a batch of the stream, or in a test a plain map. */
export interface Transactor {
  transaction<T>(fn: (tx: FlightTransaction) => T): T;
}

// Plain arrays cost V8 less than short-lived typed ones, so one typed array serves all values.
let doubles = new Float64Array(512);
let bytes = new Uint8Array(doubles.buffer);

/** Room for so many numbers in `doubles`, and the bytes that they take. */
function room(count: number): void {
  if (count <= doubles.length) return;
  doubles = new Float64Array(2 * count);
  bytes = new Uint8Array(doubles.buffer);
}

/** Values as the bytes of their numbers: eight each, in the machine's order. */
export const numbers: ValueCodec<Value> = {
  maxBytes: (value) => value.length * Float64Array.BYTES_PER_ELEMENT,
  encodeInto(value, target) {
    room(value.length);
    doubles.set(value);
    const length = value.length * Float64Array.BYTES_PER_ELEMENT;
    target.set(bytes.subarray(0, length));
    return length;
  },
  decode(view) {
    const count = view.length / Float64Array.BYTES_PER_ELEMENT;
    room(count);
    bytes.set(view);
    const value: number[] = [];
    for (let at = 0; at < count; at++) value.push(doubles[at]);
    return value;
  },
};

/** The key of a task. */
export function taskKey(stream: string, task: number): Key {
  return ['task', stream, task];
}

/** The range of a stream's tasks, in order. */
export function tasksOf(stream: string): { prefix: Key } {
  return { prefix: ['task', stream] };
}

/** The key of a group's number. */
export function numberKey(group: readonly string[]): Key {
  return ['number', ...group];
}

/** The key under which a number's group is found. */
export function nameKey(number: number, group: readonly string[]): Key {
  return ['group', number, ...group];
}

/** The number and the group that a key of this kind says. */
export function readName(key: Key): { number: number; group: string[] } {
  return { number: Number(key[1]), group: key.slice(2).map(String) };
}

/** The range of all numbered groups from a number on, in order of their numbers. */
export function namesFrom(number: number): { gte: Key; prefix: Key } {
  return { gte: ['group', number], prefix: ['group'] };
}

/** The key of a group's sums. */
export function groupKey(kind: string, group: readonly string[]): Key {
  return [kind, ...group];
}

/** The group that a key of sums names. */
export function groupOf(key: Key): string[] {
  return key.slice(1).map(String);
}

/** The range of all sums of one kind. */
export function sumsOf(kind: string): { prefix: Key } {
  return { prefix: [kind] };
}
