// The clients' ledger must notice every kind of wrong answer; a run without them proves nothing
// otherwise.

import { describe, expect, test } from 'vitest';
import { Ledger } from '../../examples/http-sessions/ledger.js';
import type { Answer } from '../../examples/http-sessions/messages.js';

const LIMIT = 3;

/** What a ledger says to answers that came one after the other on the given connections. */
function judge(...answers: (Partial<Answer> & { readonly connection?: number })[]): string[] {
  const ledger = new Ledger(LIMIT);
  answers.forEach(({ connection = 1, ...changes }, i) => {
    const right = { status: 200, token: 't', visits: i + 1, window: i, used: 1 } as const;
    const answer = { ...right, ...changes };
    ledger.record({ connection, session: 's1', apiKey: 'k1' }, answer.status, answer);
  });
  ledger.finish();
  return ledger.wrong;
}

describe('nothing is wrong with', () => {
  test.each([
    ['visits that count up', [{}, {}, {}]],
    ['two connections that overtake each other', [{ visits: 2 }, { visits: 1, connection: 2 }]],
    ['a refusal when the limit is used up', [
      { window: 9, used: 1 }, { window: 9, used: 2 }, { window: 9, used: 3 },
      { status: 429, window: 9, used: 3, visits: 3 } as const,
    ]],
    ['a refusal before the session has begun', [
      { status: 429, visits: 0, token: 'x', window: 9, used: 3 } as const,
      { window: 9, visits: 1 }, { window: 9, visits: 2, used: 2 },
      { window: 9, visits: 3, used: 3 },
    ]],
  ])('%s', (_, answers) => {
    expect(judge(...answers)).toEqual([]);
  });
});

describe('noticed:', () => {
  test.each([
    ['a visit that was counted twice', [{}, { visits: 3 }], 's1: 3 visits counted, 2 answered'],
    ['a visit that was not counted', [{}, { visits: 1, connection: 2 }],
      's1: two requests were visit 1'],
    ['a visit that goes back', [{ visits: 2 }, { visits: 1 }], 's1: visit 1 after visit 2'],
    ['a lost session', [{}, { token: 'u' }], 's1: was lost, its token has changed'],
    ['a request above the limit', [{ used: 4 }], 'k1 in window 0: request 4 was served'],
    ['a place that was given twice', [{ window: 5 }, { window: 5 }],
      'k1 in window 5: two requests were number 1'],
    ['a refusal before the limit', [{}, { status: 429, visits: 1, window: 0, used: 3 } as const],
      'k1 in window 0: refused although only 1 were served'],
  ])('%s', (_, answers, sentence) => {
    expect(judge(...answers)).toContain(sentence);
  });

  test('an error instead of an answer, and no answer', () => {
    const ledger = new Ledger(LIMIT);
    const sent = { connection: 1, session: 's1', apiKey: 'k1' };
    ledger.record(sent, 500, { error: 'x' });
    ledger.recordFailure(sent, new Error('socket hang up'));
    expect(ledger.wrong).toEqual([
      's1: no answer, but 500 {"error":"x"}', 's1: no answer: Error: socket hang up',
    ]);
    expect(ledger.requests).toBe(2);
  });
});
