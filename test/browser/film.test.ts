/**
 * Films that Touchdown makes, in a real browser: an MP4 plays there, a GIF of a landing is small enough for a web page.
 * Starting Chromium takes a second or two, making the films and playing one some more.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing, findChromium } from '../../scripts/find-chromium.mjs';
import { runCommand } from '../command.ts';
import { modelFile } from './studies.ts';

/** Pictures a second of an MP4: one per environment step. */
const frameRate = 50;

interface Film {
  readonly path: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly episodes: readonly {
    readonly steps: number;
    readonly terminated: boolean;
    readonly episodeReturn: number;
  }[];
}

let folder: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'touchdown-film-'));
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(chromiumMissing);
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** Films a landing. */
function play(name: string): Film {
  const { status, stdout, stderr } = runCommand(folder, ['play', modelFile, '--video', name, '--json']);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return JSON.parse(stdout) as Film;
}

/** A page with that in it, from a file. */
async function openPage(body: string): Promise<Page> {
  const file = join(folder, 'page.html');
  writeFileSync(file, `<!doctype html>\n<title>A film</title>\n${body}`);
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  return page;
}

describe('a film of a landing', () => {
  test('as MP4 plays in the browser from the first picture to the last, with every step', async () => {
    const film = play('landing.mp4');
    const [episode] = film.episodes;
    expect(episode.episodeReturn).toBeGreaterThan(200);
    // The last picture stays for a second.
    expect(film.seconds).toBeCloseTo(episode.steps / frameRate + 1, 6);
    const page = await openPage('<video src="landing.mp4" muted></video>');
    const video = page.locator('video');
    const loaded = await video.evaluate(async (element) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      element.addEventListener('error', () => reject(new Error(element.error?.message)));
      element.addEventListener('canplaythrough', () => resolve());
      if (element.readyState >= 4) resolve();
      await promise;
      return { width: element.videoWidth, height: element.videoHeight, seconds: element.duration };
    });
    expect(loaded).toEqual({ width: 600, height: 400, seconds: expect.closeTo(film.seconds, 1) });

    const played = await video.evaluate(async (element) => {
      await element.play();
      const begun = performance.now();
      const after = async (seconds: number) => {
        while (element.currentTime < seconds && performance.now() - begun < 20_000) {
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        return element.currentTime;
      };
      return [await after(0.2), await after(1), element.getVideoPlaybackQuality().totalVideoFrames];
    });
    expect(played[0]).toBeGreaterThanOrEqual(0.2);
    expect(played[1]).toBeGreaterThan(played[0]);
    expect(played[2]).toBeGreaterThan(10);

    const atTheEnd = await video.evaluate(async (element) => {
      const ended = new Promise((resolve) => element.addEventListener('ended', resolve));
      element.currentTime = element.duration - 0.1;
      await element.play();
      await ended;
      return { time: element.currentTime, ended: element.ended };
    });
    expect(atTheEnd).toEqual({ time: loaded.seconds, ended: true });
    await page.close();
  });

  test('as GIF is smaller than 2 MB and moves in the browser', async () => {
    const film = play('landing.gif');
    expect(film.episodes[0].episodeReturn).toBeGreaterThan(200);
    expect(film.episodes[0].terminated).toBe(true);
    const { size } = statSync(join(folder, film.path));
    expect(size).toBe(film.bytes);
    expect(size).toBeLessThan(2_000_000);
    const page = await openPage('<img src="landing.gif" alt="">');
    const image = page.locator('img');
    await expect
      .poll(() => image.evaluate((element) => [element.naturalWidth, element.naturalHeight]))
      .toEqual([600, 400]);
    const before = await image.screenshot();
    await expect.poll(async () => before.equals(await image.screenshot()), { timeout: 5000 }).toBe(false);
    await page.close();
  });
});
