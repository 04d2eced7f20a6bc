import { expect, test } from 'vitest';
import { curve, texts } from '../../test/constructed-charts.ts';
import { legendColumns, pageViews } from './chart-style.ts';
import { renderSvg } from './charts.ts';
import { learningCurveChart } from './learning-curve-chart.ts';

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
