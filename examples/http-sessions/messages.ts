// What the threads say to each other: the front asks, a worker answers, the load reports.

import type { StoreHandle } from 'millrace';

/** What a worker is started with. */
export interface WorkerStart {
  readonly handle: StoreHandle;
}

/** One HTTP request, as the front hands it to a worker. */
export interface Ask {
  /** Given by the front, the same at every attempt: it makes the second one harmless. */
  readonly id: number;
  readonly session: string;
  readonly apiKey: string;
}

/** What the client of a request learns. */
export interface Answer {
  /** 200: the visit was counted. 429: the key's limit was reached, nothing was counted. */
  readonly status: 200 | 429;
  /** Chosen when the session began; another one would mean that the session was lost. */
  readonly token: string;
  /** Visits of the session, this one included. */
  readonly visits: number;
  /** Number of the time window that the request was counted in, and requests in it so far. */
  readonly window: number;
  readonly used: number;
}

/** What a worker has made of a request. */
export interface Served {
  readonly id: number;
  readonly answer: Answer;
  /** The answer was there already: a worker that was asked before died after its commit. */
  readonly isFound: boolean;
}

/** From the front to a worker. */
export type Order = { readonly kind: 'ask'; readonly ask: Ask } | { readonly kind: 'stop' };

/** From a worker to the front. */
export type WorkerReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'answers'; readonly answers: readonly Served[] };

/** What the load generator is started with. */
export interface LoadStart {
  readonly port: number;
  readonly seconds: number;
  readonly seed: number;
}

/** What the clients together have seen of a session. */
export interface SeenSession {
  readonly session: string;
  readonly token: string;
  readonly visits: number;
}

/** The load generator's only message. */
export interface LoadReport {
  readonly requests: number;
  readonly refused: number;
  /** One sentence for each answer that was wrong. */
  readonly wrong: readonly string[];
  readonly sessions: readonly SeenSession[];
  /** Milliseconds from request to answer, in no order. */
  readonly latencies: Float64Array;
}
