/**
 * Stores in memory in a real browser: the same calls as on Node, with workers that are terminated.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome, Smoke } from './app/page.js';
import { Chromium, isMissing } from './chromium.js';
import type { Visit } from './chromium.js';

declare const smoke: Smoke;

describe.skipIf(isMissing)('in Chromium', () => {
  const chromium = new Chromium();
  let visit: Visit;

  beforeAll(async () => {
    await chromium.start();
    visit = await chromium.visit();
  });

  afterAll(() => chromium.stop());

  /** What a lane was in when it was terminated is there or not, and counted or not with it. */
  function expectExact(outcome: Outcome, lanes: number): void {
    expect(outcome.counted).toBeGreaterThanOrEqual(outcome.acked);
    expect(outcome.counted).toBeLessThan(outcome.acked + lanes);
    expect(outcome).toMatchObject({
      written: outcome.counted, problems: [], roles: ['supervisor', 'supervisor', 'worker'],
    });
    expect(visit.errors).toEqual([]);
  }

  test('workers that are terminated in mid-write lose nothing and hold nobody up', async () => {
    expectExact(await visit.page.evaluate(() => smoke.terminateLanes(4)), 4);
  });

  test('supervisors that are terminated are replaced, and deaths are noticed still', async () => {
    expectExact(await visit.page.evaluate(() => smoke.terminateSupervisors()), 3);
  });

  test('each message of a stream counts once when a consumer is terminated', async () => {
    const partitions = 4;
    const flowed = await visit.page.evaluate((n) => smoke.terminateConsumer(n), partitions);
    expect(flowed.seen).toEqual(Array.from({ length: partitions }, () => flowed.sent).flat());
    expect(flowed.problems).toEqual([]);
    expect(visit.errors).toEqual([]);
  });

  test('what a browser cannot do is refused', async () => {
    expect(await visit.page.evaluate(() => smoke.refusals())).toEqual({
      openInPage: 'UNSUPPORTED', readyInPage: 'UNSUPPORTED',
      attachAtOnce: 'BUSY', attachTwice: 'ALREADY_ATTACHED',
    });
  });

  test('a page that is not isolated is told so', async () => {
    const plain = await chromium.visit('plain');
    const reason = await plain.page.evaluate(() => smoke.whyNotHere());
    expect(reason).toContain('Cross-Origin-Opener-Policy');
    expect(plain.errors).toEqual([]);
  });
});
