// Our store through its public interface, and the same host code over the core that was compiled
// without redo records and notes.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from 'millrace';
import { VERSION } from '../../../src/handle.js';
import { LAYOUT_FINGERPRINT } from '../../../src/layout.js';
import { Session } from '../../../src/map/session.js';
import { createRegion } from '../../../src/region.js';
import { MEMORY_DEFAULT, SLOTS_DEFAULT, sizesFor } from '../../../src/sizes.js';
import { Store } from '../../../src/store.js';
import { Members } from '../../../src/supervisor/members.js';
import { ROOT } from '../../peers.js';
import type { Engine } from '../engine.js';
import type { Batch } from '../workload.js';
import { engineOver } from './store.js';

const encodings = { keyEncoding: 'binary', valueEncoding: 'binary' } as const;

export async function openMillrace(content: Batch): Promise<Engine> {
  const store = await open<Uint8Array, Uint8Array>(':memory:', encodings);
  return engineOver(store, 'millrace', 'in memory', content);
}

/** A store over another build of the core, alone in its region: no supervisor, one instance. */
function openAlone(module: WebAssembly.Module): Store<Uint8Array, Uint8Array> {
  const core = createRegion(module, sizesFor(MEMORY_DEFAULT, SLOTS_DEFAULT));
  const { memory } = core;
  return new Store({
    session: new Session(core, encodings),
    handle: {
      millrace: VERSION, fingerprint: LAYOUT_FINGERPRINT, module, memory, location: ':memory:',
      defaults: { ...encodings, durability: 'visible' },
    },
    members: new Members({ slot: 0, listen: () => {} }, memory),
    leave: () => Promise.resolve(),
  });
}

/** The engine of a core that is alone in its region. */
export async function openCore(
  wasm: Uint8Array<ArrayBuffer>, name: string, note: string, content: Batch,
): Promise<Engine> {
  const store = openAlone(await WebAssembly.compile(wasm));
  // The query makes it another module, with loops of its own (see store.ts).
  const url = new URL(`./store.js?${encodeURIComponent(name)}`, import.meta.url).href;
  const apart = await import(url) as { engineOver: typeof engineOver };
  return apart.engineOver(store, name, note, content);
}

export async function openBare(content: Batch): Promise<Engine> {
  return openCore(await readFile(join(ROOT, 'build', 'core-bare.wasm')), 'millrace bare',
    'in memory; redo records and notes compiled out: no recovery', content);
}
