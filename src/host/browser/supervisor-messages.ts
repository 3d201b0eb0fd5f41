/**
 * What passes between the thread that opened a store and the threads of its supervisors.
 */
import type { Grant } from '../../supervisor/answer.js';

/** What a supervisor's thread starts with. */
export interface SupervisorStart {
  readonly kind: 'start';
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The number that the thread has to take. */
  readonly thread: number;
  /** The slot that formatting left to the first supervisor; others ask one that lives. */
  readonly own?: Grant;
}

/** From the opener: start, or end when nobody is attached. */
export type Order = SupervisorStart | { readonly kind: 'retire' };

/** To the opener: requests are taken now; others are still attached. */
export interface Report {
  readonly kind: 'ready' | 'occupied';
}
