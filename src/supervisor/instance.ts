/**
 * Instances as supervisors and members see them, and what travels over the links between them.
 * LUPIN, "failure detection and notification groups".
 */
import type { AnswerPlace } from './answer.js';
import type { Port } from './link.js';

/** What an instance does in the store: the user's work, or ours. */
export type Role = 'worker' | 'supervisor' | 'journal';

/** One incarnation of a worker. */
export interface Instance {
  readonly slot: number;
  readonly generation: number;
  readonly role: Role;
  /** The name that it attached under. */
  readonly identity?: string;
  /** The thread that it lives in. */
  readonly thread: number;
  /** Whether its identity was a member before. */
  readonly rejoined: boolean;
  /** After how many milliseconds without a sign of it members are told; undefined: never. */
  readonly heartbeat?: number;
}

/** From a supervisor to an instance. */
export type Notice =
  /** Another supervisor watches you at the other end of this port: keep it open. */
  | { readonly kind: 'introduce'; readonly port: Port }
  /** These are members. Sent for all of them to a new listener, and for each one that joins. */
  | { readonly kind: 'present'; readonly instances: readonly Instance[] }
  /** This one was declared dead and everything it held is free. */
  | { readonly kind: 'left'; readonly instance: Instance }
  /** This one has given no sign for as long as it promised to give one. It may be well. */
  | { readonly kind: 'silent'; readonly instance: Instance; readonly pulse: number };

/** From one supervisor to another: a new instance is at the other end of this port. */
export interface Introduction {
  readonly kind: 'watch';
  readonly instance: Instance;
  readonly port: Port;
}

/** From an instance to its supervisors: it wants to hear of the others. */
export interface Listen {
  readonly kind: 'listen';
}

/** From an instance to its supervisors: it does not touch the region any more. */
export interface Farewell {
  readonly kind: 'leaving';
}

/** Everything that a link carries. */
export type Message = Notice | Introduction | Listen | Farewell;

/** The first message to a supervisor; the answer comes through shared memory (answer.ts). */
export interface AttachRequest {
  readonly kind: 'attach';
  readonly role: Role;
  readonly identity?: string;
  readonly heartbeat?: number;
  readonly thread: number;
  /** The supervisor's end of the link. */
  readonly port: Port;
  readonly answer: AnswerPlace;
}
