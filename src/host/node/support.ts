/**
 * What this host must be for a store to be safe on it, checked before one is opened.
 */
import { isMainThread } from 'node:worker_threads';

/** The processors that keep plain loads in order, and plain stores. */
const ORDERED: readonly string[] = ['x64', 'ia32'];

/** Those on which the fences of the core do; docs/weak-memory.md argues for these. */
const FENCED: readonly string[] = ['arm64'];

/** Whether the core needs no fences on this processor. */
export function keepsOrder(): boolean {
  return ORDERED.includes(process.arch);
}

/** Why no store can be opened here, undefined if one can. */
export function obstacle(): string | undefined {
  if (!keepsOrder() && !FENCED.includes(process.arch)) {
    return `Processors of type ${process.arch} are not supported: nobody has looked at the order ` +
      'in which they load and store.';
  }
  if (!isMainThread) {
    return 'Open the store in the main thread and attach here: a worker that ended would take ' +
      'the supervisors of the store with it.';
  }
  return undefined;
}
