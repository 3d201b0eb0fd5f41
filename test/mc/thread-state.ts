// The state of one logical thread between two steps: an immutable record, shared by all snapshots
// in which the thread did not move. Suspended threads carry a copy of their Asyncify stack.

import type { AccessKind } from './access.js';
import { mixHigh, mixLow } from './arrays.js';
import type { Call, WasmValue } from './scenario.js';

/** Between two operations. */
export const IDLE = 0;
/** Inside an operation, before the access that its next step will execute. */
export const READY = 1;
/** In a wait; only a notify (or a modelled time-out) makes it ready. */
export const ASLEEP = 2;
/** All operations of the program have returned. */
export const DONE = 3;
/** Dead, and nobody knows it yet. */
export const LOST = 4;
/** Dead, and declared so. */
export const DEAD = 5;

export type Status = 0 | 1 | 2 | 3 | 4 | 5;

export interface ThreadState {
  readonly status: Status;
  /** Index of the current or next operation of the program. */
  readonly position: number;
  readonly incarnation: number;
  /** The access at which the thread is suspended. */
  readonly kind: AccessKind;
  readonly bytes: number;
  readonly address: number;
  readonly site: number;
  /** What the wait returns: 0 woken, 2 timed out. */
  readonly wakeResult: number;
  /** Time-out of the wait in milliseconds, negative for none. */
  readonly timeout: number;
  /** Name and arguments of the file call at which the thread is suspended. */
  readonly fileCall: readonly [name: string, ...args: WasmValue[]] | null;
  /** The operation under way. */
  readonly call: Call | null;
  /** Used part of the Asyncify stack. */
  readonly stack: Int32Array | null;
  /** Mutable wasm globals of the thread's instance. */
  readonly globals: readonly WasmValue[];
  readonly hashLow: number;
  readonly hashHigh: number;
}

export type ThreadFields = Omit<ThreadState, 'hashLow' | 'hashHigh'>;

/** The state before the first operation of an incarnation. */
export function freshThread(
  incarnation: number, empty: boolean, globals: readonly WasmValue[],
): ThreadState {
  return sealThread({
    status: empty ? DONE : IDLE, position: 0, incarnation, ...nowhere, call: null, stack: null,
    globals,
  });
}

/** The access fields of a thread that is not suspended. */
export const nowhere = {
  kind: 0, bytes: 0, address: 0, site: 0, wakeResult: 0, timeout: -1,
  fileCall: null,
} as const;

/** Adds the hash, which covers everything that can influence how the thread goes on. */
export function sealThread(fields: ThreadFields): ThreadState {
  let low = Math.imul(fields.status + 1, 0x9e3779b1);
  let high = Math.imul(fields.status + 1, 0x7feb352d);
  const add = (value: number): void => {
    low = Math.imul(low ^ value, 0x01000193);
    low ^= low >>> 15;
    high = Math.imul(high + value, 0x85ebca6b);
    high ^= high >>> 13;
  };
  const addValue = (value: WasmValue): void => {
    if (typeof value === 'number') {
      add(value | 0);
      add(Math.floor(value / 2 ** 32));
      return;
    }
    add(Number(BigInt.asIntN(32, value)));
    add(Number(BigInt.asIntN(32, value >> 32n)));
  };
  add(fields.position);
  add(fields.incarnation);
  if (fields.status === READY || fields.status === ASLEEP) {
    add(fields.kind);
    add(fields.address);
    add(fields.site);
    add(fields.wakeResult);
    const { stack, fileCall } = fields;
    if (stack !== null) for (let i = 0; i < stack.length; i++) add(stack[i]);
    if (fileCall !== null) {
      const [name, ...args] = fileCall;
      for (let i = 0; i < name.length; i++) add(name.charCodeAt(i));
      args.forEach(addValue);
    }
  }
  for (let i = 0; i < fields.globals.length; i++) addValue(fields.globals[i]);
  return { ...fields, hashLow: mixLow(low), hashHigh: mixHigh(high) };
}

/** Whether an operation of the thread is under way. */
export function insideOperation(state: ThreadState): boolean {
  return state.status === READY || state.status === ASLEEP;
}
