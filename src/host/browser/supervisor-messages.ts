/**
 * What passes between the thread that opened a store, the threads of its supervisors, and those of
 * the journal workers below them.
 */
import type { Grant } from '../../supervisor/answer.js';
import type { FilesAt } from './directory.js';

/** What a supervisor's thread starts with. */
export interface SupervisorStart {
  readonly kind: 'start';
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Where the files of the store are, if it has any. */
  readonly files?: FilesAt;
  /** The number that the thread has to take. */
  readonly thread: number;
  /** The slot that was taken for the first supervisor; others ask one that lives. */
  readonly own?: Grant;
}

/**
 * From the opener: start; or end when nobody is attached any more, and that the opener itself, if
 * it ever was, is not.
 */
export type Order = SupervisorStart | { readonly kind: 'retire'; readonly opener?: Grant };

/** To the opener: requests are taken now; others are still attached. */
export interface Report {
  readonly kind: 'ready' | 'occupied';
}

/** What the thread of a journal worker starts with. */
export interface JournalStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly files: FilesAt;
}

/** To its supervisor: the number of the thread, which lives now. */
export interface JournalReport {
  readonly thread: number;
}
