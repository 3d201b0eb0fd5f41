// The kinds of memory access that the rewritten wasm reports to the model checker.
// The numbers are compiled into the hooks, so instrument.ts and machine.ts share this one table.

export const LOAD = 0;
export const STORE = 1;
export const RMW = 2;
export const CMPXCHG = 3;
export const WAIT = 4;
export const NOTIFY = 5;
/** A plain (non-atomic) store: a point where a thread may die, never a scheduling point. */
export const PLAIN = 6;
/** Not a hook: the state of a thread that left its wait and has not run since. */
export const WOKEN = 7;
/** Not a hook: a call of a WASI function, which is a step of its own. */
export const FILE = 8;
/** A plain load; reported only by programs that were rewritten for the race detector. */
export const PLAIN_LOAD = 9;

export type AccessKind = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

export const ACCESS_NAMES: readonly string[] = [
  'load', 'store', 'rmw', 'cmpxchg', 'wait', 'notify', 'plain store', 'woken',
  'file call', 'plain load',
];

/** Hooks carry kind and width in one integer: an import call costs less with fewer operands. */
export function packAccess(kind: number, bytes: number): number {
  return kind | (bytes << 4);
}

export function kindOf(packed: number): AccessKind {
  return (packed & 15) as AccessKind;
}

export function bytesOf(packed: number): number {
  return packed >>> 4;
}

/** Whether an access of this kind can change memory. */
export function writes(kind: number): boolean {
  return kind === STORE || kind === RMW || kind === CMPXCHG || kind === PLAIN;
}

/** Import module of the hooks; `env` stays what the core declares. */
export const HOOK_MODULE = 'mc';
/** (packed access, address, site): called before an atomic access; may suspend the thread. */
export const ATOMIC_HOOK = 'atomic';
/** (packed access, address, site): called before a plain store; never suspends. */
export const STORE_HOOK = 'store';
/** (packed access, address, site): called before a plain load, if the program reports them. */
export const LOAD_HOOK = 'load';
