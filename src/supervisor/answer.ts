/**
 * The answer to a request to attach: a few words of shared memory on which the asking thread
 * blocks, because attach is synchronous and no message reaches a thread that does not turn.
 */
import { MillraceError } from '../errors.js';
import type { ErrorCode } from '../errors.js';

/** Why a supervisor may say no. */
export const REFUSALS = [
  'NO_SLOT', 'FULL', 'ALREADY_ATTACHED', 'IDENTITY_IN_USE',
] as const satisfies readonly ErrorCode[];
export type Refusal = (typeof REFUSALS)[number];

/** A slot that was handed out, with the generation that owns it. */
export interface Grant {
  readonly slot: number;
  readonly generation: number;
}

const OPEN = 0;
const GRANTED = 1;
const REFUSED = 2;

// Indices of the words: what was decided, then slot and generation, or the reason's number.
const STATE = 0;
const FIRST = 1;
const SECOND = 2;
const WORDS = 3;

/** Both sides' view of one answer. It is written once. */
export class Answer {
  readonly memory: SharedArrayBuffer;
  private readonly words: Int32Array;

  /** @param memory what the other side made; left out, a new answer is made */
  constructor(memory = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.words = new Int32Array(memory);
  }

  /** Hands the slot over: from here the asking thread may work in it. */
  grant({ slot, generation }: Grant): void {
    this.decide(GRANTED, slot, generation);
  }

  refuse(reason: Refusal): void {
    this.decide(REFUSED, REFUSALS.indexOf(reason), 0);
  }

  /**
   * Blocks until there is an answer, at most for so long.
   *
   * @returns the grant; undefined when there is no answer yet
   * @throws MillraceError with the code of a refusal
   */
  wait(milliseconds: number): Grant | undefined {
    Atomics.wait(this.words, STATE, OPEN, milliseconds);
    const state = Atomics.load(this.words, STATE);
    if (state === OPEN) return undefined;
    const [, first, second] = this.words;
    if (state === REFUSED) throw new MillraceError(REFUSALS[first]);
    return { slot: first, generation: second };
  }

  /** The state is stored last: who sees it sees the rest. */
  private decide(state: number, first: number, second: number): void {
    this.words[FIRST] = first;
    this.words[SECOND] = second;
    Atomics.store(this.words, STATE, state);
    Atomics.notify(this.words, STATE);
  }
}
