/**
 * Where the threads of Node expect answers: in memory of their own, which travels with the request.
 */
import type { AnswerPlace } from '../../supervisor/answer.js';

const OPEN = -1;

/** A place for one answer. */
export function makeAnswerPlace(_region: WebAssembly.Memory): AnswerPlace {
  const memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  new Int32Array(memory)[0] = OPEN;
  return { memory, at: 0, ticket: OPEN };
}

/** The memory goes with the last thread that knows it. */
export function freeAnswerPlace(_place: AnswerPlace, _region: WebAssembly.Memory): void {
  return undefined;
}
