import { expect, test } from 'vitest';
import { averaged, curve, several, single, texts } from '../../test/constructed-charts.ts';
import { renderSvg } from './charts.ts';
import { learningCurveChart } from './learning-curve-chart.ts';

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

test('there is no chart of nothing', () => {
  const environment = 'LunarLander-v3';
  expect(() => learningCurveChart({ environment, curves: [], threshold: 200 })).toThrow('0 learning curves');
  expect(() =>
    learningCurveChart({ environment, curves: [{ name: 'empty', points: [] }], threshold: 200 }),
  ).toThrow('"empty" has 0 points');
});
