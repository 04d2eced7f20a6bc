import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { charts, policy } from '../../test/constructed-charts.ts';
import type { Chart } from './chart-style.ts';
import { renderPng, renderSvg, writeChart } from './charts.ts';

/** How many pixels of a PNG have exactly this colour, of how many in all. */
async function countPixels(png: Uint8Array, colour: readonly [number, number, number]) {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] === colour[0] && data[i + 1] === colour[1] && data[i + 2] === colour[2]) count++;
  }
  return { count, width: image.width, height: image.height };
}

describe.each(Object.entries(charts))('the chart %s', (_, chart) => {
  test('is the same bytes every time, also when several are drawn at once', async () => {
    const [first, second] = await Promise.all([renderSvg(chart()), renderSvg(chart())]);
    expect(second).toBe(first);
    expect(await renderSvg(chart())).toBe(first);
    expect(Buffer.compare(renderPng(first), renderPng(first))).toBe(0);
  });

  test('is 900 pixels wide, twice that as PNG, mostly white, and shows its data', async () => {
    const svg = await renderSvg(chart());
    const [, width] = /<svg[^>]* width="(\d+)"/.exec(svg) ?? [];
    // The panels of the policy are as wide as their labels leave room for.
    expect(Math.abs(Number(width) - 900)).toBeLessThan(12);
    const png = renderPng(svg);
    const white = await countPixels(png, [255, 255, 255]);
    expect(white.width).toBe(2 * Number(width));
    expect(white.count).toBeGreaterThan(0.6 * white.width * white.height);
    const coloured = await Promise.all([
      countPixels(png, [0, 0x72, 0xb2]),
      // The bright end of heat maps.
      countPixels(png, [253, 231, 37]),
    ]);
    expect(coloured[0].count + coloured[1].count).toBeGreaterThan(500);
  });

  test('asks for nothing from outside', async () => {
    expect(await renderSvg(chart())).not.toMatch(/(?:href|src)=|url\(|@import/);
  });
});

test('a chart that reads from elsewhere is refused', async () => {
  const chart: Chart = { data: { url: 'https://example.org/data.csv' }, mark: 'point', encoding: {} };
  await expect(renderSvg(chart)).rejects.toThrow('expected all data inside the specification');
});

describe('writing', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'touchdown-charts-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  test('makes the folder, an SVG and a PNG, and leaves no other file', async () => {
    const paths = await writeChart(join(folder, 'plots', 'policy'), policy());
    expect(paths).toEqual({
      svg: join(folder, 'plots', 'policy.svg'),
      png: join(folder, 'plots', 'policy.png'),
    });
    expect((await readdir(join(folder, 'plots'))).toSorted()).toEqual(['policy.png', 'policy.svg']);
    expect(await readFile(paths.svg, 'utf8')).toBe(await renderSvg(policy()));
    expect([...(await readFile(paths.png)).subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
  });
});
