import { expect, test } from 'vitest';
import { maps, texts } from '../../test/constructed-charts.ts';
import { renderSvg } from './charts.ts';
import { scoreMapChart } from './score-map-chart.ts';

test('a heat map shows mean scores and counts, and no counts where every cell is one trial', async () => {
  const all = texts(await renderSvg(maps()));
  expect(all).toEqual(expect.arrayContaining(['units 1', 'units 2', 'relu', 'tanh', '−140', '40', '2×']));
  expect(all.filter((text) => text === '2×')).toHaveLength(10);
  expect(texts(await renderSvg(maps(1))).filter((text) => text.endsWith('×'))).toEqual([]);
});

test('there is no chart of nothing', () => {
  const data = { environment: 'LunarLander-v3', subject: 'no trials' };
  expect(() => scoreMapChart({ ...data, maps: [] })).toThrow('0 cells');
});
