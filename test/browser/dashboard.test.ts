/** The dashboard in a real browser: live, fluent, quiet. Starting Chromium takes a second or two, a search some more. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { command } from '../command.ts';
import { openStudyReader } from '../../src/storage/study-reader.ts';
import { BrowserTest } from './browser.ts';
import { complete, createLargeStudy, createStudy, createStudyWithModel, running } from './studies.ts';

/** Milliseconds within which the page has to show what happened, and a large study. */
const patience = 2000;

let base: string;
let browser: BrowserTest;
let search: ChildProcess | undefined;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-dashboard-'));
  await (await createStudyWithModel(join(base, 'with-model'))).close();
  await createLargeStudy(join(base, 'large'), 10_000);
  browser = await BrowserTest.start(base);
});

afterEach(() => browser.leave());

afterAll(async () => {
  search?.kill('SIGKILL');
  await browser.close();
  await rm(base, { recursive: true, force: true });
});

const fact = (page: Page, name: string) =>
  page.locator('.facts > div', { has: page.locator(`dt:text-is("${name}")`) }).locator('dd');

/** Begins a search in a process of its own. */
async function startSearch(folder: string): Promise<void> {
  const settings = [
    '--strategy',
    'random',
    '--trials',
    '4',
    '-n',
    '6000',
    '--workers',
    '1',
    '--learning-starts',
    '500',
  ];
  const verification = ['--finalists', '1', '--verification-seeds', '1', '--verification-timesteps', '6000'];
  search = spawn(process.execPath, [command, 'search', ...settings, ...verification, '--study', folder], {
    cwd: base,
    stdio: 'ignore',
  });
  while (!existsSync(join(folder, 'study.db'))) await sleep(20);
}

describe('the dashboard', () => {
  test('shows within two seconds what a search in another process does, from its first trial to its verdict', async () => {
    const folder = join(base, 'searching');
    await startSearch(folder);
    const { page, errors } = await browser.visit('/studies/searching');
    const reader = await openStudyReader(folder);
    for (let finished = 1; finished <= 4; finished++) {
      while ((await reader.counts()).finished < finished) await sleep(20);
      const seen = performance.now();
      while (Number(await fact(page, 'trials').locator('b').textContent()) < finished) {
        expect(performance.now() - seen).toBeLessThan(patience);
      }
    }
    while ((await reader.winner()) === undefined) await sleep(20);
    await page.locator('.verdict .headline b').waitFor({ timeout: patience });
    await page.locator('.state.complete').first().waitFor({ timeout: patience });
    await reader.close();
    expect(errors).toEqual([]);
  });

  test('shows within two seconds what happens to the study on the page, and a new study in the list', async () => {
    const list = await browser.visit('/');
    const storage = await createStudy(join(base, 'written'), 9);
    await list.page.getByRole('link', { name: 'written' }).waitFor({ timeout: patience });
    const { page, errors } = await browser.visit('/studies/written');
    await fact(page, 'trials').getByText('of 9').waitFor();
    await storage.startTrial(running(0));
    await page.locator('.trials .state.running').waitFor({ timeout: patience });
    await storage.finishTrial(complete(0, 123.4));
    await page.locator('.trials').getByText('123.4').waitFor({ timeout: patience });
    await storage.finish('interrupted');
    await fact(page, 'state').getByText('interrupted').waitFor({ timeout: patience });
    await storage.close();
    expect([...errors, ...list.errors]).toEqual([]);
  });

  test('says so when a study is gone, and when there never was one', async () => {
    await (await createStudy(join(base, 'fleeting'), 3)).close();
    const { page } = await browser.visit('/studies/fleeting');
    await page.locator('h1', { hasText: 'fleeting' }).waitFor();
    await rm(join(base, 'fleeting'), { recursive: true });
    await page.locator('.connection.gone').waitFor({ timeout: patience });
    const nowhere = await browser.visit('/studies/nope');
    await nowhere.page.getByText('There is no study here by that name').waitFor();
    expect(await nowhere.page.locator('.notice a').getAttribute('href')).toBe('/');
  });

  test('shows 10,000 trials within two seconds, and scrolls, sorts and filters them', async () => {
    const load = async () => {
      await browser.leave();
      const visit = await browser.visit('/studies/large');
      await visit.page.getByText('10,000 trials').waitFor();
      await visit.page.locator('.plot canvas').nth(1).waitFor();
      await visit.page.screenshot();
      // Milliseconds since the page was asked for.
      const time = await visit.page
        .locator('html')
        .evaluate((html) => html.ownerDocument.defaultView.performance.now());
      return { ...visit, time };
    };
    // One of three: whatever else the machine does is no matter of the page's.
    let loaded = await load();
    for (let visits = 1; visits < 3 && loaded.time >= patience; visits++) loaded = await load();
    expect(loaded.time).toBeLessThan(patience);
    const { page, errors } = loaded;
    const rows = page.locator('.trials tbody tr:not(.spacer)');
    expect(await rows.count()).toBeLessThan(60);
    expect(await rows.first().locator('a').textContent()).toBe('9999');
    await page.locator('.table-frame').evaluate((frame) => frame.scrollTo(0, frame.scrollHeight));
    await rows.last().getByRole('link', { name: '0', exact: true }).waitFor();
    await page.locator('.table-frame').evaluate((frame) => frame.scrollTo(0, 0));
    await page.getByRole('button', { name: 'score' }).click();
    await rows.first().getByText('300.0').waitFor();
    await page.getByRole('searchbox', { name: 'Filter trials' }).fill('9998');
    await page.getByText('1 of 10,000 trials').waitFor();
    await rows.first().getByRole('link', { name: '9998' }).click();
    await page.locator('h1', { hasText: 'trial 9998' }).waitFor();
    expect(errors).toEqual([]);
  });

  test('asks no other host for anything, and goes from page to page by keyboard', async () => {
    const { page, errors, requests } = await browser.visit('/');
    await page.getByRole('link', { name: 'with-model' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'with-model' }).waitFor();
    await page.locator('.lander canvas').waitFor();
    await page.locator('.trials').getByRole('link', { name: '0', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('h1', { hasText: 'trial 0' }).waitFor();
    await page.locator('.plot canvas').waitFor();
    await page.goBack();
    await page.locator('h1', { hasText: 'with-model' }).waitFor();
    const hosts = new Set(requests.map((address) => new URL(address).host));
    expect([...hosts]).toEqual([`127.0.0.1:${browser.dashboard.port}`]);
    expect(errors).toEqual([]);
  });

  test.each(['/', '/studies/with-model', '/studies/with-model/trials/0'])(
    'has room for everything on %s, on a phone and a screen, in light and dark',
    async (path) => {
      const { page, errors } = await browser.visit(path);
      await page.locator('h1').waitFor();
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 844 });
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          // The page hears of it a moment later.
          await page.locator(`html[data-theme=${colorScheme}]`).waitFor({ state: 'attached' });
          const { content, room, ground } = await page.locator('html').evaluate((html) => ({
            content: html.scrollWidth,
            room: html.clientWidth,
            ground: html.ownerDocument.defaultView?.getComputedStyle(html).backgroundColor,
          }));
          expect(content, `${width} pixels wide, ${colorScheme}`).toBeLessThanOrEqual(room);
          expect(ground).toBe(colorScheme === 'dark' ? 'rgb(17, 19, 24)' : 'rgb(246, 245, 241)');
        }
      }
      expect(errors).toEqual([]);
    },
  );
});
