/**
 * What passes between the thread that opened a store and the threads of its supervisors.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Grant } from '../../supervisor/answer.js';
import type { AttachRequest, Instance } from '../../supervisor/instance.js';

/** What a supervisor's thread starts with. */
export interface SupervisorStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly origin: Origin;
}

/** The first supervisor gets the slot that formatting left; others ask one that lives. */
export type Origin = { readonly own: Grant } | GrantedOrigin;

export interface GrantedOrigin {
  /** The supervisor that was asked. */
  readonly peer: Instance;
  readonly port: MessagePort;
  readonly answer: SharedArrayBuffer;
}

/** From the opener: pass a request on for a new supervisor, or end when nobody is attached. */
export type Order = AttachRequest | { readonly kind: 'retire' };

/** To the opener: requests are taken now; others are still attached. */
export interface Report {
  readonly kind: 'ready' | 'occupied';
}
