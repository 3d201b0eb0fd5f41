// A store of ours as an engine. This file is loaded once for each store that is measured, because
// the compiler specialises a loop for the one kind of store that it has seen.
import type { Store } from 'millrace';
import type { Engine } from '../engine.js';
import { digest, SCAN_ENTRIES } from '../workload.js';
import type { Batch } from '../workload.js';

/** The part of a store that the bench uses. */
export type Verbs = Pick<Store<Uint8Array, Uint8Array>,
  'get' | 'getMany' | 'read' | 'put' | 'entries' | 'readRange' | 'close'>;

function put(store: Verbs, { keys, values }: Batch): number {
  for (let i = 0; i < keys.length; i++) store.put(keys[i], values[i]);
  return 0;
}

function get(store: Verbs, { keys }: Batch): number {
  let sum = 0;
  for (const key of keys) sum += digest(store.get(key)!);
  return sum;
}

function getView(store: Verbs, { keys }: Batch): number {
  let sum = 0;
  for (const key of keys) sum += store.read(key, digest)!;
  return sum;
}

function getMany(store: Verbs, { groups }: Batch): number {
  let sum = 0;
  for (const group of groups) {
    for (const value of store.getMany(group)) sum += digest(value!);
  }
  return sum;
}

function scan(store: Verbs, { keys }: Batch): number {
  let sum = 0;
  for (const gte of keys) {
    for (const [, value] of store.entries({ gte, limit: SCAN_ENTRIES })) sum += digest(value);
  }
  return sum;
}

function scanView(store: Verbs, { keys }: Batch): number {
  let sum = 0;
  const visit = (_: Uint8Array, value: Uint8Array): void => { sum += digest(value); };
  for (const gte of keys) store.readRange({ gte, limit: SCAN_ENTRIES }, visit);
  return sum;
}

/** The engine over a store that holds nothing yet. */
export function engineOver(store: Verbs, name: string, what: string, content: Batch): Engine {
  put(store, content);
  const operation = (
    run: (store: Verbs, batch: Batch) => number, copies: number, how: string,
  ): Engine['ops']['get'] =>
    ({ run: (batch) => run(store, batch), copies, note: `${what}; ${how}` });
  return {
    name, durable: false, shared: true,
    ops: {
      get: operation(get, 1, 'get'),
      getView: operation(getView, 0, 'read'),
      put: operation(put, 1, 'put, in a region with room: the cleaner rests'),
      scan100: operation(scan, 1, 'entries'),
      scan100View: operation(scanView, 0, 'readRange'),
      getMany64: operation(getMany, 1, 'getMany'),
    },
    peek: (key) => store.get(key),
    close: () => store.close(),
  };
}
