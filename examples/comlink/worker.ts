// The worker's side: what Comlink exposes, on a store that it attaches to by the handle.

import { parentPort } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { attach } from 'millrace';
import type { Store, StoreHandle } from 'millrace';

/** Counts words into a store. */
export class Counter {
  private store: Store<string, number> | undefined;

  attach(handle: StoreHandle): void {
    this.store = attach<string, number>(handle);
  }

  /** Counts the words of a text, all or none of them. Returns how many there were. */
  count(text: string): number {
    if (this.store === undefined) throw new TypeError('attach comes first');
    const words = text.split(/\s+/u).filter((word) => word !== '');
    this.store.transaction((tx) => {
      for (const word of words) tx.put(word, (tx.get(word) ?? 0) + 1);
    });
    return words.length;
  }
}

if (parentPort !== null) Comlink.expose(new Counter(), nodeEndpoint(parentPort));
