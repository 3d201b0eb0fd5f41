/**
 * The package in a real browser: the same calls as on Node, with workers that are terminated.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import type { Outcome, Smoke } from './app/page.js';
import { launch, missing, openPage } from './chromium.js';
import { serve } from './site.js';
import type { Site } from './site.js';

declare const smoke: Smoke;

if (missing !== undefined) process.stderr.write(`browser tests are skipped: ${missing}\n`);

describe.skipIf(missing !== undefined)('in Chromium', () => {
  let site: Site;
  let browser: Browser;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    site = await serve();
    browser = await launch();
    ({ page, errors } = await openPage(browser, site.address));
  });

  afterAll(async () => {
    await browser?.close();
    site?.close();
  });

  /** What a lane was in when it was terminated is there or not, and counted or not with it. */
  function expectExact(outcome: Outcome, lanes: number): void {
    expect(outcome.counted).toBeGreaterThanOrEqual(outcome.acked);
    expect(outcome.counted).toBeLessThan(outcome.acked + lanes);
    expect(outcome).toMatchObject({
      lost: 0, problems: [], roles: ['supervisor', 'supervisor', 'worker'],
    });
    expect(errors).toEqual([]);
  }

  test('workers that are terminated in mid-write lose nothing and hold nobody up', async () => {
    expectExact(await page.evaluate(() => smoke.terminateLanes(4)), 4);
  });

  test('supervisors that are terminated are replaced, and deaths are noticed still', async () => {
    expectExact(await page.evaluate(() => smoke.terminateSupervisors()), 3);
  });

  test('what a browser cannot do is refused', async () => {
    expect(await page.evaluate(() => smoke.refusals())).toEqual({
      openInPage: 'UNSUPPORTED', attachAtOnce: 'BUSY', attachTwice: 'ALREADY_ATTACHED',
    });
  });

  test('a page that is not isolated is told so', async () => {
    const plain = await openPage(browser, `${site.address}plain`);
    const reason = await plain.page.evaluate(() => smoke.whyNotHere());
    expect(reason).toContain('Cross-Origin-Opener-Policy');
    expect(plain.errors).toEqual([]);
  });
});
