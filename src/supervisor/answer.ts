/**
 * The answer to a request to attach: one word of shared memory on which the asking thread blocks,
 * because attach is synchronous and no message reaches a thread that does not turn.
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

/** Where an answer is expected, as a request carries it. */
export interface AnswerPlace {
  /** Memory for this answer alone; left out, the word stands in the region. */
  readonly memory?: SharedArrayBuffer;
  /** Index of the word. */
  readonly at: number;
  /** What stands there until there is an answer, below 0. */
  readonly ticket: number;
}

// The word once there is an answer: what was decided, and then slot and generation, or the reason.
const GRANTED = 1 << 24;
const REFUSED = 2 << 24;
const SLOT_SHIFT = 16;
const GENERATION_MASK = 0xffff;
const REASON_MASK = 0xff;

/** Both sides' view of one answer. It is given once, and not at all after its place was freed. */
export class Answer {
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly ticket: number;

  /** @param region the store's region */
  constructor({ memory, at, ticket }: AnswerPlace, region: WebAssembly.Memory) {
    this.words = new Int32Array(memory ?? region.buffer);
    this.at = at;
    this.ticket = ticket;
  }

  /** Hands the slot over: from here the asking thread may work in it. */
  grant({ slot, generation }: Grant): void {
    this.decide(GRANTED | (slot << SLOT_SHIFT) | generation);
  }

  refuse(reason: Refusal): void {
    this.decide(REFUSED | REFUSALS.indexOf(reason));
  }

  /**
   * Blocks until there is an answer, at most for so long.
   *
   * @returns the grant; undefined when there is no answer yet
   * @throws MillraceError with the code of a refusal
   */
  wait(milliseconds: number): Grant | undefined {
    Atomics.wait(this.words, this.at, this.ticket, milliseconds);
    const word = Atomics.load(this.words, this.at);
    if (word === this.ticket) return undefined;
    if (word >= REFUSED) throw new MillraceError(REFUSALS[word & REASON_MASK]);
    return { slot: (word ^ GRANTED) >>> SLOT_SHIFT, generation: word & GENERATION_MASK };
  }

  private decide(word: number): void {
    Atomics.compareExchange(this.words, this.at, this.ticket, word);
    Atomics.notify(this.words, this.at);
  }
}
