// The ledger: what the clients have seen, and whether it can be true. Visits of a session count
// every request once; a limit is never exceeded, and nobody is refused before it is reached.

import type { Answer, SeenSession } from './messages.js';

/** A client's request, as far as its answer depends on it. */
export interface Sent {
  /** Connection that it was sent on; one request at a time. */
  readonly connection: number;
  readonly session: string;
  readonly apiKey: string;
}

interface Seen {
  readonly token: string;
  readonly visits: Set<number>;
  most: number;
}
interface Served {
  readonly places: Set<number>;
  refused: number;
}

/** Judges answers one by one, and all of them at the end. */
export class Ledger {
  requests = 0;
  refused = 0;
  /** One sentence for each answer that was wrong, and each that was missing at the end. */
  readonly wrong: string[] = [];
  private readonly sessions = new Map<string, Seen>();
  /** The greatest number that a connection has seen of a session. */
  private readonly newest = new Map<string, number>();
  private readonly windows = new Map<string, Served>();

  /** @param limit requests of one key that may be served in a window */
  constructor(private readonly limit: number) {}

  /** An answer came; `body` is what the client understood of it. */
  record(sent: Sent, status: number, body: unknown): void {
    this.requests++;
    if (!isAnswer(body) || body.status !== status) {
      this.wrong.push(`${sent.session}: no answer, but ${status} ${JSON.stringify(body)}`);
      return;
    }
    this.recordRate(sent, body);
    this.recordVisit(sent, body);
  }

  /** A request ended without an answer. */
  recordFailure(sent: Sent, error: unknown): void {
    this.requests++;
    this.wrong.push(`${sent.session}: no answer: ${String(error)}`);
  }

  /** To be called when all answers are in: looks for visits and places that nobody got. */
  finish(): void {
    for (const [session, { visits, most }] of this.sessions) {
      if (visits.size !== most) {
        this.wrong.push(`${session}: ${most} visits counted, ${visits.size} answered`);
      }
    }
    for (const [window, { places, refused }] of this.windows) {
      if (refused > 0 && places.size < this.limit) {
        this.wrong.push(`${window}: refused although only ${places.size} were served`);
      }
    }
  }

  /** The sessions with at least one visit, as the store should have them. */
  seen(): SeenSession[] {
    return [...this.sessions]
      .filter(([, { most }]) => most > 0)
      .map(([session, { token, most }]) => ({ session, token, visits: most }));
  }

  private recordRate({ apiKey }: Sent, { status, window, used }: Answer): void {
    const name = `${apiKey} in window ${window}`;
    const served = this.windows.get(name) ?? { places: new Set<number>(), refused: 0 };
    this.windows.set(name, served);
    if (status === 429) {
      this.refused++;
      served.refused++;
      return;
    }
    if (used < 1 || used > this.limit) this.wrong.push(`${name}: request ${used} was served`);
    if (served.places.has(used)) this.wrong.push(`${name}: two requests were number ${used}`);
    served.places.add(used);
  }

  private recordVisit(sent: Sent, { status, token, visits }: Answer): void {
    const { session, connection } = sent;
    // A session begins with its first visit; one that is refused before has no token yet.
    if (status === 429 && visits === 0) return;
    const seen = this.sessions.get(session) ?? { token, visits: new Set<number>(), most: 0 };
    this.sessions.set(session, seen);
    if (token !== seen.token) this.wrong.push(`${session}: was lost, its token has changed`);
    const line = `${connection} ${session}`;
    const before = this.newest.get(line) ?? 0;
    if (visits < before + (status === 200 ? 1 : 0)) {
      this.wrong.push(`${session}: visit ${visits} after visit ${before}`);
    }
    this.newest.set(line, visits);
    if (status === 429) return;
    if (seen.visits.has(visits)) this.wrong.push(`${session}: two requests were visit ${visits}`);
    seen.visits.add(visits);
    seen.most = Math.max(seen.most, visits);
  }
}

function isAnswer(body: unknown): body is Answer {
  const answer = body as Partial<Answer> | null | undefined;
  return typeof answer === 'object' && answer !== null &&
    (answer.status === 200 || answer.status === 429) && typeof answer.token === 'string' &&
    [answer.visits, answer.window, answer.used].every((n) => Number.isSafeInteger(n));
}
