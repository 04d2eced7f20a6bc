/** A real browser in front of a real dashboard, with an ear for what must not happen. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { chromiumMissing, findChromium } from '../../scripts/find-chromium.mjs';
import { openDashboard } from '../../src/cli/open-dashboard.ts';
import type { Dashboard } from '../../src/dashboard/server.ts';

export interface Visit {
  readonly page: Page;
  /** Errors of the page and on its console, violations of its policy among them. */
  readonly errors: readonly string[];
  /** Addresses that were asked for, and whether they are the dashboard's. */
  readonly requests: readonly string[];
}

export class BrowserTest {
  readonly dashboard: Dashboard;
  readonly #browser: Browser;

  private constructor(dashboard: Dashboard, browser: Browser) {
    this.dashboard = dashboard;
    this.#browser = browser;
  }

  /** @param folder of studies. @throws Error saying what to install where there is no Chromium. */
  static async start(folder: string): Promise<BrowserTest> {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error(chromiumMissing);
    // Chromium's sandbox doesn't run as root, nor in most containers; it sees no page but ours.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new BrowserTest(await openDashboard(folder, 0), browser);
  }

  /** The address of a page of the dashboard. */
  address(path: string): string {
    return `http://127.0.0.1:${this.dashboard.port}${path}`;
  }

  /** Opens a page in a window of its own, in which nothing moves by itself unless the options say so. */
  async visit(path: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    const errors: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(this.address(path));
    return { page, errors, requests };
  }

  /** Closes all pages: what flies in them costs time. */
  async leave(): Promise<void> {
    for (const context of this.#browser.contexts()) await context.close();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.dashboard.close();
  }
}
