/**
 * Debian's Chromium for tests: where it is, and pages that are opened in it.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';
import { serve } from './site.js';
import type { Site } from './site.js';

const PROGRAM = '/usr/bin/chromium';

/** Whether no browser test can run here. */
export const isMissing = !existsSync(PROGRAM);

if (isMissing) {
  process.stderr.write(
    `browser tests are skipped: ${PROGRAM} is missing, "apt-get install chromium" installs it\n`);
}

/** A page, and what has failed inside of it without anybody's asking. */
export interface Visit {
  readonly page: Page;
  readonly errors: readonly string[];
}

/** A browser without a window, with files of its own, and a site that it visits. */
export class Chromium {
  private readonly profile = mkdtempSync(join(tmpdir(), 'millrace-browser-'));
  private context: BrowserContext | undefined;
  private site: Site | undefined;

  /** Starts the browser, and the site if there is none yet. */
  async start(): Promise<void> {
    this.site ??= await serve();
    this.context = await chromium.launchPersistentContext(this.profile, {
      executablePath: PROGRAM,
      // Chromium refuses its sandbox to the root user, who runs tests in containers.
      args: ['--no-sandbox'],
    });
  }

  /** Opens the site's page. @param path relative to the site */
  async visit(path = ''): Promise<Visit> {
    if (!this.context || !this.site) throw new Error('The browser has not been started');
    const page = await this.context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error.stack ?? error)));
    await page.goto(this.site.address + path);
    return { page, errors };
  }

  /** Ends all of its processes at once. */
  async crash({ page }: Visit): Promise<void> {
    if (!this.context) throw new Error('The browser has not been started');
    const isClosed = new Promise((resolve) => { this.context?.once('close', resolve); });
    const session = await this.context.newCDPSession(page);
    session.send('Browser.crash').catch(() => undefined);
    await isClosed;
  }

  async stop(): Promise<void> {
    await this.context?.close();
    this.site?.close();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }
}
