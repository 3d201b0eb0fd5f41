/**
 * What this host must be for a store to be safe on it, checked before one is opened.
 */
import { isMainThread } from 'node:worker_threads';

/** The processors on which plain loads keep the order that the readers of the tree rely on. */
const PROCESSORS: readonly string[] = ['x64', 'ia32'];

/** Why no store can be opened here, undefined if one can. */
export function obstacle(): string | undefined {
  if (!PROCESSORS.includes(process.arch)) {
    return `Processors of type ${process.arch} are not supported yet: a memory fence is missing.`;
  }
  if (!isMainThread) {
    return 'Open the store in the main thread and attach here: a worker that ended would take ' +
      'the supervisors of the store with it.';
  }
  return undefined;
}
