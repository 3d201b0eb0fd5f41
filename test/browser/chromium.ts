/**
 * Debian's Chromium for tests: where it is, and a page that is opened in it.
 */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium';

/** Why no browser test can run here, undefined if they can. */
export const missing: string | undefined = existsSync(PROGRAM)
  ? undefined
  : `there is no ${PROGRAM}: "apt-get install chromium" installs it`;

/** Starts a browser without a window. */
export function launch(): Promise<Browser> {
  // Chromium refuses its sandbox to the root user, who runs tests in containers.
  return chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] });
}

/** Opens an address; what fails inside the page fails the test that asks. */
export async function openPage(browser: Browser, address: string): Promise<{
  readonly page: Page;
  readonly errors: string[];
}> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error.stack ?? error)));
  await page.goto(address);
  return { page, errors };
}
