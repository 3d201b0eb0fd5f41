/**
 * Stores on toy regions for tests: the core without supervisors, several instances in one thread.
 * In toy regions splits, layers, frame rolls and cleaning happen after a few operations.
 */
import { compileCore, Core } from '../../src/core.js';
import type { Sizes } from '../../src/core.js';
import type { StoreHandle } from '../../src/handle.js';
import { Session } from '../../src/map/session.js';
import type { Encodings } from '../../src/map/session.js';
import { createRegion } from '../../src/region.js';
import { Store } from '../../src/store.js';
import type { Members } from '../../src/supervisor/members.js';

const module = await compileCore();

const TOY: Sizes = {
  kib: 256, slots: 4, width: 3, unitShift: 8, frameShift: 12, ringBytes: 16384, locks: 64,
  runNodes: 4, keyBytes: 128, outputBytes: 512, identities: 4, spins: 0,
  journal: 0, lingerMs: 1, segmentKib: 64, checkpointKib: 1024 * 1024,
};

/** A formatted toy region and the instance that formatted it. */
export function toyRegion(sizes: Partial<Sizes> = {}): Core {
  return createRegion(module, { ...TOY, ...sizes });
}

/** Another instance on the same region, in the same thread. */
export function joined(first: Core): Core {
  const slot = first.grantSlot();
  if (slot === 0) throw new Error('no slot');
  return attached(first, slot);
}

/** The instance of a slot that was granted. */
export function attached(first: Core, slot: number): Core {
  const core = new Core(module, first.memory);
  core.attach(slot, first.generationOf(slot));
  return core;
}

/** A store on an instance. Nobody supervises it: closing it only closes it. */
export function storeOn<K, V>(
  core: Core, encodings: Encodings<K, V> = {}, hasIdentity = false,
): Store<K, V> {
  return new Store({
    session: new Session(core, encodings, hasIdentity),
    handle: Object.freeze({}) as StoreHandle,
    members: Object.freeze({}) as Members,
    leave: () => Promise.resolve(),
  });
}

/** The code of the MillraceError that fn throws; the error itself when it throws another one. */
export function codeOf(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
  return 'nothing thrown';
}
