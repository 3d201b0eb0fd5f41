// The service: counts visits per session and requests per key and window. Session, limit and the
// answer itself change in one transaction, so a worker may die anywhere in here: either nothing
// has happened, or everything has and the answer is there for whoever asks again.

import type { Store, Transaction } from 'millrace';
import type { Answer, Ask, Served } from './messages.js';

/** Length of a window of the rate limit. */
export const WINDOW_MS = 250;
/** Requests of one key that are served in a window. */
export const LIMIT = 100;

interface Session {
  readonly token: string;
  readonly visits: number;
}
interface Rate {
  readonly window: number;
  readonly used: number;
}

/** The kind of entry, then what tells entries of the kind apart. */
export type Key = readonly (string | number)[];
export type Value = Session | Rate | Answer;
export type SessionStore = Store<Key, Value>;

const sessionKey = (session: string): Key => ['session', session];
const rateKey = (apiKey: string): Key => ['rate', apiKey];
const requestKey = (id: number): Key => ['request', id];

/**
 * Serves a request exactly once: asked a second time with the same id it gives the first answer.
 *
 * @param now milliseconds since the epoch
 */
export function serve(store: SessionStore, ask: Ask, now: number): Served {
  return store.transaction((tx) => {
    const { id } = ask;
    const before = tx.get(requestKey(id)) as Answer | undefined;
    if (before !== undefined) return { id, answer: before, isFound: true };
    const answer = visit(tx, ask, Math.floor(now / WINDOW_MS));
    tx.put(requestKey(id), answer);
    return { id, answer, isFound: false };
  });
}

function visit(tx: Transaction<Key, Value>, { session, apiKey }: Ask, clock: number): Answer {
  const rate = (tx.get(rateKey(apiKey)) ?? { window: 0, used: 0 }) as Rate;
  // Another worker may have read its clock later and committed earlier: windows never go back.
  const window = Math.max(rate.window, clock);
  const used = window === rate.window ? rate.used : 0;
  const stored = tx.get(sessionKey(session)) as Session | undefined;
  const { token, visits } = stored ?? { token: crypto.randomUUID(), visits: 0 };
  if (used === LIMIT) return { status: 429, token, visits, window, used };
  tx.put(rateKey(apiKey), { window, used: used + 1 });
  tx.put(sessionKey(session), { token, visits: visits + 1 });
  return { status: 200, token, visits: visits + 1, window, used: used + 1 };
}

/** To be called when the answer has arrived: nobody will ask for this request again. */
export function forget(store: SessionStore, id: number): void {
  store.del(requestKey(id));
}

/** All sessions, by name. */
export function* sessionsOf(store: SessionStore): Iterable<[session: string, value: Session]> {
  for (const [[, name], value] of store.entries({ prefix: ['session'] })) {
    yield [String(name), value as Session];
  }
}

/** Requests whose answers were recorded and not yet forgotten. */
export function openRequests(store: SessionStore): number {
  return [...store.keys({ prefix: ['request'] })].length;
}
