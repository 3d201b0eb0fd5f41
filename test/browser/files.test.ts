/**
 * Stores in the files of a real browser: pages that are loaded again, browsers that crash.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome, Smoke } from './app/page.js';
import { Chromium, isMissing } from './chromium.js';
import type { Visit } from './chromium.js';

declare const smoke: Smoke;

describe.skipIf(isMissing)('in the files of Chromium', () => {
  const chromium = new Chromium();
  const lanes = 3;
  let visit: Visit;

  beforeAll(async () => {
    await chromium.start();
    visit = await chromium.visit();
  });

  afterAll(() => chromium.stop());

  /** Lets lanes write to a directory, and tells what of it is flushed for certain. */
  async function writeFor(location: string): Promise<number> {
    const { page } = visit;
    await page.evaluate(([at, n]) => {
      smoke.writeFiles(at, n).catch(reportError);
    }, [location, lanes] as const);
    const floor = await page.evaluate(() => smoke.flushedFloor(200));
    return floor.reduce((a, b) => a + b);
  }

  const reopen = (location: string): Promise<Outcome> =>
    visit.page.evaluate(([at, n]) => smoke.reopen(at, n), [location, lanes] as const);

  /** Everything that was flushed is there, and nothing by halves. */
  function expectWhole(outcome: Outcome, floor: number): void {
    expect(outcome.counted).toBeGreaterThanOrEqual(floor);
    expect(outcome).toMatchObject({ written: outcome.counted, problems: [] });
    expect(visit.errors).toEqual([]);
  }

  test('a page that is loaded again in mid-write finds what it had flushed', async () => {
    const floor = await writeFor('shelf/reload');
    await visit.page.reload();
    const outcome = await reopen('shelf/reload');
    expectWhole(outcome, floor);
    expect(await reopen('shelf/reload')).toEqual(outcome);
  });

  test('a browser that crashes in mid-write finds what it had flushed', async () => {
    const floor = await writeFor('crash');
    await chromium.crash(visit);
    await chromium.start();
    visit = await chromium.visit();
    expectWhole(await reopen('crash'), floor);
  });

  test('journal workers that are terminated are replaced', async () => {
    const outcome = await visit.page.evaluate(() => smoke.terminateJournal('journal'));
    expectWhole(outcome, outcome.acked);
    expect((await reopen('journal')).counted).toBe(outcome.counted);
  });

  test('a directory is open once at a time', async () => {
    expect(await visit.page.evaluate(() => smoke.openTwice('twice'))).toBe('LOCKED');
  });
});
