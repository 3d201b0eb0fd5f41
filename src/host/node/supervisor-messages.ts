/**
 * What passes between the thread that opened a store and the threads of its supervisors.
 */
import type { MessagePort } from 'node:worker_threads';
import type { AnswerPlace, Grant } from '../../supervisor/answer.js';
import type { AttachRequest, Instance } from '../../supervisor/instance.js';
import type { FilesAt } from './wasi.js';

/** What a supervisor's thread starts with. */
export interface SupervisorStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Where the files of the store are, if it has any. */
  readonly files?: FilesAt;
  readonly origin: Origin;
}

/** The first supervisor gets the slot that formatting left; others ask one that lives. */
export type Origin = { readonly own: Grant } | GrantedOrigin;

export interface GrantedOrigin {
  /** The supervisor that was asked. */
  readonly peer: Instance;
  readonly port: MessagePort;
  readonly answer: AnswerPlace;
}

/**
 * From the opener: a request that it passes on for a new supervisor; or to end when nobody is
 * attached any more, and that the opener itself, if it ever was, is not.
 */
export type Order = AttachRequest | { readonly kind: 'retire'; readonly opener?: Grant };

/** What the thread of a journal worker starts with: its supervisor grants it a slot. */
export interface JournalStart extends GrantedOrigin {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly files: FilesAt;
}

/** To the opener: requests are taken now; others are still attached. */
export interface Report {
  readonly kind: 'ready' | 'occupied';
}
