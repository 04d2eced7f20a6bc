import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Chart } from './chart-style.ts';
import { renderPng, renderSvg, writeChart } from './charts.ts';
import { type LearningCurve, learningCurveChart } from './learning-curve-chart.ts';
import { policyChart } from './policy-chart.ts';
import { searchProgressChart } from './search-progress-chart.ts';

function curve(name: string, evaluation: boolean, delay = 0): LearningCurve {
  const points = Array.from({ length: 50 }, (_, i) => ({
    steps: 4000 * (i + 1),
    averageReturn: 9 * i - 180 - delay,
  }));
  const interval = { low: 243.2, high: 259.4 };
  return evaluation
    ? { name, points, evaluation: { episodes: 100, mean: 251.3, interval } }
    : { name, points };
}

const single = () =>
  learningCurveChart({
    environment: 'LunarLander-v3',
    curves: [curve('256,relu,256,relu', true)],
    threshold: 200,
  });

const several = () =>
  learningCurveChart({
    environment: 'LunarLander-v3',
    subject: 'three sizes',
    curves: [curve('64,relu', true), curve('128,relu', false, 40), curve('256,relu', true, 80)],
    threshold: undefined,
  });

const progress = () =>
  searchProgressChart({
    environment: 'LunarLander-v3',
    strategy: 'enas',
    iterations: Array.from({ length: 8 }, (_, i) => ({
      iteration: i + 1,
      scores: [30 * i - 100, i === 3 ? Number.NEGATIVE_INFINITY : 150, 20 - 40 * (i % 2)],
    })),
    threshold: 200,
  });

const policy = () =>
  policyChart({
    study: 'enas on LunarLander-v3',
    decisions: [
      { name: 'units of layer 1', choices: [64, 128, 256] },
      { name: 'activation of layer 1', choices: ['relu', 'sigmoid'] },
    ],
    snapshots: [1, 2, 3, 4].map((iteration) => ({
      iteration,
      probabilities: [
        [0.5 - iteration / 10, 0.3, 0.2 + iteration / 10],
        [0.9, 0.1],
      ],
    })),
  });

const charts = { single, several, progress, policy };

const texts = (svg: string) => [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map(([, text]) => text);

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
    expect(white.count).toBeGreaterThan(0.8 * white.width * white.height);
    const blue = await countPixels(png, [0, 0x72, 0xb2]);
    expect(blue.count).toBeGreaterThan(500);
  });

  test('asks for nothing from outside', async () => {
    expect(await renderSvg(chart())).not.toMatch(/(?:href|src)=|url\(|@import/);
  });
});

test('a single training names its architecture, threshold and evaluation', async () => {
  expect(texts(await renderSvg(single()))).toEqual(
    expect.arrayContaining([
      'Training on LunarLander-v3',
      '256,relu,256,relu',
      'environment steps',
      'average return of the last 100 episodes',
      'solved at 200',
      '251.3 ± 8.1',
      'over 100 episodes',
      '0',
      '100k',
    ]),
  );
});

test('several trainings have a legend in their order, with evaluations where there are any', async () => {
  const all = texts(await renderSvg(several()));
  const legend = all.filter((text) => text.includes(',relu'));
  expect(legend).toEqual(['64,relu: 251.3 ± 8.1', '128,relu', '256,relu: 251.3 ± 8.1']);
  expect(all).toContain('three sizes');
  expect(all).not.toContain('solved at 200');
});

test('more trainings than there are distinct colours still get one each', async () => {
  const curves = Array.from({ length: 9 }, (_, i) => curve(`seed ${i}`, false));
  const svg = await renderSvg(learningCurveChart({ environment: 'CartPole-v1', curves, threshold: 475 }));
  const colours = [...svg.matchAll(/stroke="(rgb[^"]+|#[0-9a-f]{6})" stroke-width="2"/g)].map(([, c]) => c);
  expect(new Set(colours).size).toBe(9);
});

/** The rows of the layers of a chart, by the legend entry of the layer. */
function rowsByLegend(chart: Chart): Map<string, readonly { iteration: number; score: number }[]> {
  const { layer } = chart as unknown as {
    layer: readonly {
      data: { values: readonly { iteration: number; score: number }[] };
      encoding: { color?: { datum: string } };
    }[];
  };
  return new Map(layer.map(({ data, encoding }) => [encoding.color?.datum ?? 'threshold', data.values]));
}

test('search progress shows averages, their rolling mean of 5 and the best so far, and leaves failures out', () => {
  const rows = rowsByLegend(progress());
  expect(rows.get('single architecture')).toHaveLength(23);
  const average = rows.get('average of the iteration') ?? [];
  expect(average.slice(0, 4).map(({ score }) => score)).toEqual([
    70 / 3,
    60 / 3,
    130 / 3,
    // Of two: the third one failed.
    (-10 - 20) / 2,
  ]);
  const rolling = rows.get('rolling mean of 5 iterations') ?? [];
  expect(rolling.map(({ iteration }) => iteration)).toEqual([5, 6, 7, 8]);
  expect(rolling[0].score).toBeCloseTo(average.slice(0, 5).reduce((sum, row) => sum + row.score, 0) / 5, 12);
  expect(rows.get('best so far')?.map(({ score }) => score)).toEqual(Array(8).fill(150));
});

test('an iteration of nothing but failures is left out, and a study of one iteration has no rolling mean', async () => {
  const data = { environment: 'LunarLander-v3', strategy: 'random', threshold: 200 };
  const failed = searchProgressChart({
    ...data,
    iterations: [
      { iteration: 1, scores: [Number.NEGATIVE_INFINITY] },
      { iteration: 2, scores: [5] },
    ],
  });
  expect(rowsByLegend(failed).get('average of the iteration')).toEqual([{ iteration: 2, score: 5 }]);
  expect(rowsByLegend(failed).has('rolling mean of 5 iterations')).toBe(false);
  expect(texts(await renderSvg(failed))).toContain('strategy: random');
});

test('a policy has a panel per decision with its choices and probabilities', async () => {
  const all = texts(await renderSvg(policy()));
  expect(all).toEqual(
    expect.arrayContaining([
      'units of layer 1',
      'activation of layer 1',
      '64',
      '256',
      'relu',
      'sigmoid',
      '100%',
    ]),
  );
  expect(all.filter((text) => text === 'iteration')).toHaveLength(2);
});

test('there is no chart of nothing', () => {
  const environment = 'LunarLander-v3';
  expect(() => learningCurveChart({ environment, curves: [], threshold: 200 })).toThrow('0 learning curves');
  expect(() =>
    learningCurveChart({ environment, curves: [{ name: 'empty', points: [] }], threshold: 200 }),
  ).toThrow('"empty" has 0 points');
  expect(() =>
    searchProgressChart({ environment, strategy: 'enas', iterations: [], threshold: 200 }),
  ).toThrow('0 iterations without a score; expected at least one');
  expect(() => policyChart({ study: 'enas', decisions: [], snapshots: [] })).toThrow('0 decisions');
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
