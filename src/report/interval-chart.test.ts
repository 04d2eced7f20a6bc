import { expect, test } from 'vitest';
import { intervals, texts } from '../../test/constructed-charts.ts';
import { renderSvg } from './charts.ts';
import { intervalChart } from './interval-chart.ts';

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

test('there is no chart of nothing', () => {
  const data = { environment: 'LunarLander-v3', statistic: 'mean', controls: [], threshold: 200 };
  expect(() => intervalChart({ ...data, rows: [] })).toThrow('a chart of 0 rows; expected at least one');
});

test('two rows of one name are refused', () => {
  const row = { name: '64,relu', estimate: 1, interval: undefined, runs: [1] };
  const data = { environment: 'LunarLander-v3', threshold: undefined };
  const twice = '"64,relu" is there twice; expected every name once';
  expect(() => intervalChart({ ...data, statistic: 'mean', rows: [row], controls: [row] })).toThrow(twice);
});
