// What goes into a machine and what comes out of it.

import type { Site } from './instrument.js';
import type { Json } from './scenario.js';
import type { ThreadState } from './thread-state.js';

/** What a machine runs: the compiled module and the tables that the rewriter made. */
export interface Program {
  readonly module: WebAssembly.Module;
  /** The same without suspension: for instances that open files on a memory of their own. */
  readonly plain: WebAssembly.Module;
  readonly sites: readonly Site[];
  readonly globals: readonly string[];
}

/** One access, as traces see it; `before` is the 32-bit word at the address before the access. */
export interface AccessEvent {
  readonly thread: number;
  readonly kind: number;
  readonly bytes: number;
  readonly address: number;
  readonly site: number;
  readonly before: number;
  readonly stack: string;
}

/**
 * Follows every access that can order threads or race; a callback may throw to end the step. The
 * environment counts as a thread with the number behind the last one's.
 */
export interface Watcher {
  /** Called before the access, while nothing else can run until it is done. */
  access(thread: number, kind: number, address: number, bytes: number, site: number): void;
  /** Called after code of the scenario has written, in the name of a thread. */
  written(thread: number, address: number, bytes: number): void;
  /** What `from` has done until now is known to `to`: a proof of death, an end, a new life. */
  ordered(from: number, to: number): void;
}

/** Everything that a snapshot of the machine holds. */
export interface Snapshot {
  readonly lines: Int32Array<ArrayBuffer>;
  readonly threads: readonly ThreadState[];
  readonly ghost: Json;
}
