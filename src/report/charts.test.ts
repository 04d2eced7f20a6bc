import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Chart, legendColumns, pageViews } from './chart-style.ts';
import { renderPng, renderSvg, writeChart } from './charts.ts';
import { choiceScoreChart } from './choice-score-chart.ts';
import { comparisonChart } from './comparison-chart.ts';
import { intervalChart } from './interval-chart.ts';
import { type LearningCurve, learningCurveChart } from './learning-curve-chart.ts';
import { meanLearningCurve } from './mean-learning-curve.ts';
import { performanceProfileChart } from './performance-profile-chart.ts';
import { policyChart } from './policy-chart.ts';
import { scoreMapChart } from './score-map-chart.ts';
import { searchProgressChart } from './search-progress-chart.ts';
import { sizeScoreChart } from './size-score-chart.ts';

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

/** Three runs, each 20 below the one before. */
const averaged = () =>
  learningCurveChart({
    environment: 'LunarLander-v3',
    curves: ['64,relu', '256,relu'].map((name, i) => ({
      name,
      ...meanLearningCurve([0, 20, 40].map((delay) => curve(name, false, delay + 150 * i).points)),
    })),
    threshold: 200,
  });

const intervals = (threshold: number | undefined = 200) =>
  intervalChart({
    environment: 'LunarLander-v3',
    statistic: 'interquartile mean',
    rows: [
      { name: '256,relu', estimate: 251.26, interval: { low: 240, high: 259.5 }, runs: [238, 250, 252, 262] },
      { name: '64,relu', estimate: 180, interval: undefined, runs: [Number.NEGATIVE_INFINITY, 180] },
    ],
    controls: [
      { name: 'random search', estimate: 230, interval: { low: 221, high: 238 }, runs: [218, 230, 241] },
    ],
    threshold,
  });

const profiles = () =>
  performanceProfileChart({
    environment: 'LunarLander-v3',
    profiles: ['256,relu', '64,relu'].map((name, p) => ({
      name,
      returns: Array.from({ length: 100 }, (_, i) => 280 - 60 * p - (i * i) / 25),
    })),
    threshold: 200,
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

const comparison = (seeds = 20) =>
  comparisonChart({
    environment: 'LunarLander-v3',
    space: 'lunar-lander-100',
    seeds,
    curves: ['random', 'evolution'].map((name, k) => ({
      name,
      points: Array.from({ length: 11 }, (_, work) => {
        const score = 260 - 150 / (1 + (k + 1) * work);
        return { work, score, interval: seeds === 1 ? undefined : { low: score - 9, high: score + 9 } };
      }),
    })),
    best: 271.26,
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

const maps = (count = 2) =>
  scoreMapChart({
    environment: 'LunarLander-v3',
    subject: '12 trials',
    maps: ['relu', 'tanh'].map((title, m) => ({
      title,
      across: { name: 'units 2', choices: ['16', '64', '256'] },
      down: { name: 'units 1', choices: ['16', '64'] },
      // Nothing has tried 16 after 16.
      cells: ['16', '64', '256'].flatMap((across, i) =>
        ['16', '64'].flatMap((down, j) =>
          i + j === 0 ? [] : [{ across, down, score: -200 + 60 * (i + j + m), count }],
        ),
      ),
    })),
  });

const choices = () =>
  choiceScoreChart({
    environment: 'LunarLander-v3',
    subject: '12 trials',
    decisions: ['units 1', 'units 2'].map((name) => ({
      name,
      choices: [
        { choice: '16', mean: 20, lowerQuartile: -80, upperQuartile: 90, count: 5 },
        { choice: '64', mean: 120, lowerQuartile: 30, upperQuartile: 210, count: 7 },
      ],
    })),
  });

const sizes = (count = 60) =>
  sizeScoreChart({
    environment: 'LunarLander-v3',
    subject: `${count} trials`,
    architectures: Array.from({ length: count }, (_, i) => ({
      parameterCount: 300 * 1.002 ** i,
      score: ((i * 37) % 400) - 150,
    })),
    finalists: [
      { parameterCount: 310, estimate: 251, interval: { low: 240, high: 260 } },
      { parameterCount: 330, estimate: 240, interval: undefined },
    ],
    threshold: 200,
  });

const charts = {
  single,
  several,
  averaged,
  intervals: () => intervals(),
  profiles,
  progress,
  comparison: () => comparison(),
  policy,
  maps: () => maps(),
  choices,
  sizes: () => sizes(),
};

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

test('a single training names its architecture, threshold and evaluation', async () => {
  expect(texts(await renderSvg(single()))).toEqual(
    expect.arrayContaining([
      'Training on LunarLander-v3',
      '256,relu,256,relu',
      'environment steps',
      'average return of the last 100 episodes',
      'solved',
      'at 200',
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
  expect(all).not.toContain('solved');
});

test('a comparison says how many searches there are, what the best is, and of bands only where it has some', async () => {
  const many = texts(await renderSvg(comparison()));
  expect(many).toEqual(
    expect.arrayContaining([
      'Searches of lunar-lander-100 on LunarLander-v3',
      'line: mean over 20 searches; bands: its 95 % interval',
      'best of',
      'the space',
      '271.3',
    ]),
  );
  expect(many.filter((text) => ['random', 'evolution'].includes(text))).toEqual(['random', 'evolution']);
  expect(texts(await renderSvg(comparison(1)))).toContain('line: mean over 1 search');
});

test('more trainings than there are distinct colours still get one each', async () => {
  const curves = Array.from({ length: 9 }, (_, i) => curve(`seed ${i}`, false));
  const svg = await renderSvg(learningCurveChart({ environment: 'CartPole-v1', curves, threshold: 475 }));
  const colours = [...svg.matchAll(/stroke="(rgb[^"]+|#[0-9a-f]{6})" stroke-width="2"/g)].map(([, c]) => c);
  expect(new Set(colours).size).toBe(9);
});

test('several runs of an architecture are a line in a band', async () => {
  const svg = await renderSvg(averaged());
  expect(texts(svg)).toContain('line: mean of the runs; band: from the lowest to the highest of them');
  const bands = [...svg.matchAll(/fill="(#[0-9a-f]{6})" (?:fill-opacity|opacity)="0.18"/g)].map(([, c]) => c);
  expect(bands).toEqual(['#0072b2', '#d55e00']);
  expect(texts(await renderSvg(several())).join()).not.toContain('band');
});

test('an interval chart has rows in their order, the control in grey below them, and leaves failed runs out', async () => {
  const svg = await renderSvg(intervals());
  const all = texts(svg);
  expect(all).toEqual(
    expect.arrayContaining([
      'large: interquartile mean with its 95 % interval; small: single runs',
      '251.3 [240.0, 259.5]',
      '180.0',
      '230.0 [221.0, 238.0]',
      'solved at 200',
    ]),
  );
  const names = ['256,relu', '64,relu', 'random search'];
  expect(all.filter((text) => names.includes(text))).toEqual(names);
  const dots = [...svg.matchAll(/fill="(#[0-9a-f]{6})"[^>]* opacity="0.55"/g)].map(([, colour]) => colour);
  expect(dots).toEqual([...Array<string>(5).fill('#0072b2'), ...Array<string>(3).fill('#767676')]);
});

test('a performance profile counts the episodes above every return', () => {
  const { layer } = profiles() as unknown as {
    layer: readonly { data: { values: readonly { name: string; tau: number; share: number }[] } }[];
  };
  const rows = layer[layer.length - 1].data.values;
  for (const [p, name] of ['256,relu', '64,relu'].entries()) {
    const line = rows.filter((row) => row.name === name);
    expect(line[0].share).toBe(1);
    expect(line[line.length - 1].share).toBe(0);
    for (const { tau, share } of line) {
      const count = Array.from({ length: 100 }, (_, i) => 280 - 60 * p - (i * i) / 25).filter((x) => x > tau);
      expect(share).toBe(count.length / 100);
    }
  }
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
  expect([...rowsByLegend(failed)]).toEqual([
    ['threshold', [{ level: 200 }]],
    ['single architecture', [{ iteration: 2, score: 5 }]],
    ['best so far', [{ iteration: 2, score: 5 }]],
  ]);
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

test('a legend has as many columns as have room', () => {
  const narrow = { width: 350 };
  expect(legendColumns(['a', 'b', 'c'], narrow)).toBe(3);
  expect(legendColumns(['a', 'b', 'a name of thirty-six letters in all'], narrow)).toBe(1);
  expect(legendColumns(['a', 'b', 'a name of thirty-six letters in all'], { width: 900 })).toBe(3);
});

test('on a page charts have no title, and on a phone they are 350 pixels wide', async () => {
  for (const [name, view] of Object.entries(pageViews)) {
    const svg = await renderSvg(
      learningCurveChart(
        { environment: 'LunarLander-v3', curves: [curve('64,relu', true)], threshold: 200 },
        view,
      ),
    );
    expect(texts(svg)).not.toContain('Training on LunarLander-v3');
    expect(texts(svg)).toContain('environment steps');
    expect(svg).not.toContain('aria-label');
    expect(/ width="(\d+)"/.exec(svg)?.[1]).toBe(name === 'wide' ? '900' : '350');
  }
});

test('a search of very many trials is drawn in groups, its trials as their middle half', () => {
  const iterations = Array.from({ length: 10_000 }, (_, i) => ({ iteration: i + 1, scores: [i % 100] }));
  const data = { environment: 'LunarLander-v3', strategy: 'random', threshold: undefined };
  const rows = rowsByLegend(searchProgressChart({ ...data, iterations }));
  expect([...rows.keys()]).toEqual([
    'middle half of 67 trials',
    'average of 67 trials',
    'best so far',
    'rolling mean of 335 trials',
  ]);
  const averages = rows.get('average of 67 trials') ?? [];
  expect(averages).toHaveLength(150);
  expect(averages[0]).toEqual({ iteration: 67, score: 33 });
  expect(rows.get('middle half of 67 trials')?.[0]).toEqual({ iteration: 67, score: 16.5, high: 49.5 });
  expect(averages[149].iteration).toBe(10_000);
});

test('a heat map shows mean scores and counts, and no counts where every cell is one trial', async () => {
  const all = texts(await renderSvg(maps()));
  expect(all).toEqual(expect.arrayContaining(['units 1', 'units 2', 'relu', 'tanh', '−140', '40', '2×']));
  expect(all.filter((text) => text === '2×')).toHaveLength(10);
  expect(texts(await renderSvg(maps(1))).filter((text) => text.endsWith('×'))).toEqual([]);
});

test('scores against size show every architecture, or of too many how many lie where', async () => {
  const dots = (chart: Chart) =>
    (chart as unknown as { layer: readonly { data: { values: readonly { count?: number }[] } }[] }).layer[2]
      .data.values;
  expect(dots(sizes())).toHaveLength(60);
  const squares = dots(sizes(5000));
  expect(squares.length).toBeLessThanOrEqual(48 * 32);
  expect(squares.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(5000);
  expect(texts(await renderSvg(sizes(5000)))).toContain('finalist, retrained');
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
  const data = { environment, statistic: 'mean', controls: [], threshold: 200 };
  expect(() => intervalChart({ ...data, rows: [] })).toThrow('a chart of 0 rows; expected at least one');
  expect(() => performanceProfileChart({ environment, profiles: [], threshold: 200 })).toThrow('0 names');
  const empty = [{ name: 'empty', returns: [] }];
  expect(() => performanceProfileChart({ environment, profiles: empty, threshold: 200 })).toThrow(
    'no values',
  );
  expect(() => policyChart({ study: 'enas', decisions: [], snapshots: [] })).toThrow('0 decisions');
  const subject = 'no trials';
  expect(() => scoreMapChart({ environment, subject, maps: [] })).toThrow('0 cells');
  expect(() => choiceScoreChart({ environment, subject, decisions: [] })).toThrow('0 decisions');
  expect(() =>
    sizeScoreChart({ environment, subject, architectures: [], finalists: [], threshold: 200 }),
  ).toThrow('0 architectures');
});

test('two rows or lines of one name are refused', () => {
  const row = { name: '64,relu', estimate: 1, interval: undefined, runs: [1] };
  const data = { environment: 'LunarLander-v3', threshold: undefined };
  const twice = '"64,relu" is there twice; expected every name once';
  expect(() => intervalChart({ ...data, statistic: 'mean', rows: [row], controls: [row] })).toThrow(twice);
  const profile = { name: '64,relu', returns: [1] };
  expect(() => performanceProfileChart({ ...data, profiles: [profile, profile] })).toThrow(twice);
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
