import { expect, test } from 'vitest';
import { progress, texts } from '../../test/constructed-charts.ts';
import type { Chart } from './chart-style.ts';
import { renderSvg } from './charts.ts';
import { searchProgressChart } from './search-progress-chart.ts';

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

test('there is no chart of nothing', () => {
  const environment = 'LunarLander-v3';
  expect(() =>
    searchProgressChart({ environment, strategy: 'enas', iterations: [], threshold: 200 }),
  ).toThrow('0 iterations without a score; expected at least one');
});
