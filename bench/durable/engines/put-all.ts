// The loop that both of our stores run: the same machine code for both.
import type { Store } from 'millrace';
import type { Draw } from '../../kv/workload.js';

/** The part of a store that the bench uses. */
export type Verbs = Pick<Store<Uint8Array, Uint8Array>, 'get' | 'put' | 'flushed' | 'close'>;

export function putAll(store: Verbs, { keys, values }: Draw): void {
  for (let i = 0; i < keys.length; i++) store.put(keys[i], values[i]);
}
