// Our store, in memory and in a directory.
import { open } from 'millrace';
import type { Durability } from 'millrace';
import type { Draw } from '../../kv/workload.js';
import { PER_WAIT, pieces } from '../engine.js';
import type { Engine, Kind, Way } from '../engine.js';
import { putAll } from './put-all.js';
import type { Verbs } from './put-all.js';

type Level = Exclude<Durability, 'visible'>;

const encodings = { keyEncoding: 'binary', valueEncoding: 'binary' } as const;

const atTheEnd = (store: Verbs, durability: Level): Way => ({
  run: (batch) => {
    putAll(store, batch);
    return store.flushed({ durability });
  },
  note: `directory; puts, then await flushed() ${durability}`,
});

function perThousand(store: Verbs, durability: Level): Way {
  const options = { durability };
  const run = ({ keys, values }: Draw, from: number, to: number): void => {
    const last = to - 1;
    for (let i = from; i < last; i++) store.put(keys[i], values[i]);
    store.put(keys[last], values[last], options);
  };
  return {
    run: (batch) => {
      for (const [from, to] of pieces(batch)) run(batch, from, to);
    },
    note: `directory; every ${PER_WAIT}th put blocks until all of them are ${durability}`,
  };
}

function each(store: Verbs, durability: Level): Way {
  const options = { durability };
  return {
    run: ({ keys, values }) => {
      for (let i = 0; i < keys.length; i++) store.put(keys[i], values[i], options);
    },
    note: `directory; every put blocks until it is ${durability}`,
  };
}

const visible = (store: Verbs, where: string): Way => ({
  run: (batch) => putAll(store, batch),
  note: `${where}; visible to other threads, nothing is waited for`,
});

function engineOver(store: Verbs, name: string, ways: Engine['ways']): Engine {
  return {
    name, copies: 1, shared: true, ways,
    peek: (key) => store.get(key),
    settle: () => store.flushed({ durability: 'synced' }),
    close: () => store.close(),
  };
}

/** Without files: what everything else is compared with. */
export const MEMORY: Kind = {
  name: 'millrace :memory:',
  async open() {
    const store: Verbs = await open<Uint8Array, Uint8Array>(':memory:', encodings);
    return engineOver(store, this.name, { visible: visible(store, 'in memory') });
  },
};

export const MILLRACE: Kind = {
  name: 'millrace',
  async open(folder) {
    const store: Verbs = await open<Uint8Array, Uint8Array>(folder, encodings);
    return engineOver(store, this.name, {
      visible: visible(store, 'directory'),
      'flushed at the end': atTheEnd(store, 'flushed'),
      'flushed per 1000': perThousand(store, 'flushed'),
      'flushed each': each(store, 'flushed'),
      'synced at the end': atTheEnd(store, 'synced'),
      'synced per 1000': perThousand(store, 'synced'),
      'synced each': each(store, 'synced'),
    });
  },
};
