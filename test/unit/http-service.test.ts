// The service of the HTTP example on a real store, asked twice and up to its limit.

import { open } from 'millrace';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  LIMIT, WINDOW_MS, forget, openRequests, serve, sessionsOf,
} from '../../examples/http-sessions/service.js';
import type { Key, SessionStore, Value } from '../../examples/http-sessions/service.js';

const NOW = 1000 * WINDOW_MS;

let store: SessionStore;
beforeAll(async () => {
  store = await open<Key, Value>(':memory:', { maxMemory: 8 * 2 ** 20 });
});
afterAll(() => store.close());

test('a request that is asked twice counts once and has one answer', () => {
  const ask = { id: 1, session: 'twice', apiKey: 'a' };
  const first = serve(store, ask, NOW);
  expect(first).toMatchObject({ id: 1, isFound: false, answer: { status: 200, visits: 1 } });
  expect(serve(store, ask, NOW + WINDOW_MS)).toEqual({ ...first, isFound: true });
  expect(serve(store, { ...ask, id: 2 }, NOW).answer).toMatchObject({ visits: 2, used: 2 });
  expect(openRequests(store)).toBe(2);
  forget(store, 1);
  forget(store, 2);
  expect(openRequests(store)).toBe(0);
});

test('a key is refused above its limit, and served again in the next window', () => {
  const visit = (id: number, now: number) =>
    serve(store, { id, session: 'limited', apiKey: 'b' }, now).answer;
  for (let i = 1; i <= LIMIT; i++) expect(visit(100 + i, NOW)).toMatchObject({ status: 200 });
  expect(visit(300, NOW)).toMatchObject({ status: 429, visits: LIMIT, used: LIMIT });
  expect(visit(301, NOW + WINDOW_MS)).toMatchObject({ status: 200, visits: LIMIT + 1, used: 1 });
  // A worker whose clock is behind does not bring the old window back.
  expect(visit(302, NOW)).toMatchObject({ status: 200, used: 2 });
  expect(new Map(sessionsOf(store)).get('limited')).toMatchObject({ visits: LIMIT + 2 });
});
