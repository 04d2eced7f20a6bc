import { expect, test } from 'vitest';
import { sizes, texts } from '../../test/constructed-charts.ts';
import type { Chart } from './chart-style.ts';
import { renderSvg } from './charts.ts';
import { sizeScoreChart } from './size-score-chart.ts';

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
  const data = { environment: 'LunarLander-v3', subject: 'no trials', threshold: 200 };
  expect(() => sizeScoreChart({ ...data, architectures: [], finalists: [] })).toThrow('0 architectures');
});
