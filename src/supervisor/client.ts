/**
 * The instance's side: asking a supervisor for a slot, and the links by which its death shows.
 */
import {
  freeAnswerPlace, makeAnswerPlace, makePorts, openLink, sendRequest, thisThread,
} from '#host';
import { MillraceError } from '../errors.js';
import { Answer } from './answer.js';
import type { Grant } from './answer.js';
import type { Message, Notice, Role } from './instance.js';
import type { Link } from './link.js';
import { SlotTable } from './slot-table.js';
import type { SupervisorSeat } from './slot-table.js';

/** After so long without an answer the slot table tells whether the supervisor still lives. */
const LOOK_MS = 50;

/** When to give up. On Node the main thread passes requests on, and it may be blocked. */
export const BOUND_MS = 10_000;

/** What becomes of other members, as a supervisor reports it. */
export type News = Exclude<Notice, { kind: 'introduce' }>;

function isNews(message: Message): message is News {
  return ['present', 'left', 'silent'].includes(message.kind);
}

/**
 * A slot that belongs to this thread as long as its links to the supervisors are open. The death of
 * the thread closes them, whatever it was doing; `leave` closes them in order.
 */
export class Membership {
  readonly slot: number;
  readonly generation: number;
  private readonly links = new Set<Link>();
  private tell: ((news: News) => void) | undefined;

  /** @param link to the supervisor that granted the slot */
  constructor({ slot, generation }: Grant, link: Link) {
    this.slot = slot;
    this.generation = generation;
    this.keep(link);
  }

  /** Asks all supervisors for news of members. Each piece of news comes from each of them. */
  listen(tell: (news: News) => void): void {
    this.tell = tell;
    for (const link of this.links) link.post({ kind: 'listen' });
  }

  /** Gives the slot back. From here on this thread must not touch the region. */
  leave(): void {
    this.tell = undefined;
    for (const link of this.links) {
      // Closing takes a turn of this thread's event loop; the message is there at once.
      link.post({ kind: 'leaving' });
      link.close();
    }
    this.links.clear();
  }

  private keep(link: Link): void {
    this.links.add(link);
    link.listen((message) => this.heard(message), () => this.links.delete(link));
    if (this.tell !== undefined) link.post({ kind: 'listen' });
  }

  private heard(message: Message): void {
    if (message.kind === 'introduce') this.keep(openLink(message.port));
    else if (isNews(message)) this.tell?.(message);
  }
}

/**
 * Asks for a slot and blocks until there is an answer. The slot is watched before it is granted.
 *
 * @param handle whose memory is the store's region
 * @param wish the name that the instance will claim, what it does, how often it gives a sign
 * @throws MillraceError NO_SLOT, FULL, ALREADY_ATTACHED or IDENTITY_IN_USE, half a second after the
 * request, because the end of whoever is in the way might be on its way; SUPERVISOR_LOST; BUSY when
 * the main thread of the process is blocked, or nobody answers, for ten seconds
 */
export function requestSlot(
  { memory }: { readonly memory: WebAssembly.Memory }, wish: Wish = {},
): Membership {
  const table = new SlotTable(memory);
  const giveUpAt = performance.now() + BOUND_MS;
  for (;;) {
    const [seat] = table.supervisors();
    if (seat === undefined) throw new MillraceError('SUPERVISOR_LOST');
    const answer = ask(seat, { memory, table, giveUpAt, ...wish });
    if (answer !== undefined) return new Membership(answer.grant, answer.link);
    if (performance.now() > giveUpAt) {
      throw new MillraceError('BUSY', 'No supervisor answers; is the main thread blocked?');
    }
  }
}

/** What an instance is to be. */
export interface Wish {
  readonly role?: Role;
  readonly identity?: string;
  /** In milliseconds. */
  readonly heartbeat?: number;
}

/** What one supervisor is asked. */
export interface Question extends Wish {
  readonly memory: WebAssembly.Memory;
  readonly table: SlotTable;
  /** As performance.now tells the time. */
  readonly giveUpAt: number;
}

/**
 * Asks the supervisor in that seat for a slot and blocks until it answers.
 *
 * @returns undefined when it has died or the time is up; then the request is void
 * @throws MillraceError with the code of a refusal
 */
export function ask(
  seat: SupervisorSeat, { memory, table, giveUpAt, role = 'worker', identity, heartbeat }: Question,
): { grant: Grant; link: Link } | undefined {
  const thread = thisThread();
  const answer = makeAnswerPlace(memory);
  const [near, port] = makePorts(thread, seat.thread);
  const link = openLink(near);
  let grant: Grant | undefined;
  try {
    const request = { kind: 'attach', role, identity, heartbeat, thread, port, answer } as const;
    sendRequest(seat.thread, request);
    grant = awaitGrant(new Answer(answer, memory), table, seat, giveUpAt);
  } finally {
    freeAnswerPlace(answer, memory);
    if (grant === undefined) link.close();
  }
  return grant && { grant, link };
}

/**
 * Blocks until the supervisor in that seat has answered.
 *
 * @param giveUpAt as performance.now tells the time
 * @returns undefined when the supervisor has died or the time is up
 * @throws MillraceError with the code of a refusal
 */
export function awaitGrant(
  answer: Answer, table: SlotTable, seat: SupervisorSeat, giveUpAt: number,
): Grant | undefined {
  let grant: Grant | undefined;
  do {
    grant = answer.wait(LOOK_MS);
  } while (grant === undefined && table.isSeated(seat) && performance.now() < giveUpAt);
  return grant;
}
